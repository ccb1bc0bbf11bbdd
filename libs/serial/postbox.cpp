#include "serial/postbox.hpp"

namespace serial {

void Postbox::post(std::function<void()> call)
{
    const std::lock_guard lock{mutex_};
    if (io_ != nullptr) asio::post(*io_, std::move(call));
}

void Postbox::close()
{
    const std::lock_guard lock{mutex_};
    io_ = nullptr;
}

} // namespace serial
