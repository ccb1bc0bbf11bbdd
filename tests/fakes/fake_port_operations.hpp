#pragma once

#include "fakes/fake_port.hpp"

/// What each operation does to the fake's tty.
namespace fakes {

inline std::error_code FakePort::perform(const Operation& operation)
{
    FakeTty& tty = *tty_;
    switch (operation.kind) {
    case Kind::open:
        if (tty.open_error) return tty.open_error;
        opened_ = true;
        tty.dtr = tty.rts = true;
        apply(operation.lines);
        tty.settings = operation.settings;
        tty.history.push_back("open " + to_text(operation.settings) + to_text(operation.lines));
        if (watching_) tell_inputs();
        return {};
    case Kind::write:
        tty.written += operation.text;
        tty.history.push_back("write " + operation.text);
        unsent_ = true;
        took(operation.text.size());
        if (tty.loops_back) receive(operation.text);
        return {};
    case Kind::configure:
        tty.history.push_back("configure " + to_text(operation.settings));
        if (!tty.configure_error) tty.settings = operation.settings;
        unsent_ = false;
        return tty.configure_error;
    case Kind::lines:
        tty.history.push_back("lines" + to_text(operation.lines));
        if (!tty.lines_error) apply(operation.lines);
        return tty.lines_error;
    case Kind::breaks:
        tty.history.push_back("break " + operation.text);
        if (!tty.lines_error) tty.break_on = operation.text == "on";
        return tty.lines_error;
    case Kind::drain:
        tty.history.emplace_back("drain");
        unsent_ = false;
        return tty.drain_error;
    }
    return {};
}

} // namespace fakes
