#include "portald/webhooks.hpp"

#include <map>
#include <stdexcept>
#include <utility>

#include <curl/curl.h>

namespace portald {

namespace {

struct Transfer {
    std::string body;
    Webhooks::Done done;
    curl_slist* headers = nullptr;
    char error[CURL_ERROR_SIZE] = "";
    CURL* easy = curl_easy_init();

    Transfer() = default;
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    ~Transfer()
    {
        curl_easy_cleanup(easy);
        curl_slist_free_all(headers);
    }
};

/// curl's own descriptor, watched by Asio and never closed by it.
struct Watched {
    explicit Watched(asio::io_context& io, curl_socket_t handle) : descriptor(io, handle) {}
    ~Watched() { descriptor.release(); }
    asio::posix::stream_descriptor descriptor;
    int wanted = 0;
    bool reading = false, writing = false;
};

std::size_t ignore(char*, std::size_t size, std::size_t count, void*)
{
    return size * count;
}

/// What would be refused again is not asked again.
std::pair<Outbox::Outcome, std::string> judge(CURLcode result, const Transfer& transfer)
{
    if (result != CURLE_OK) {
        const char* text = transfer.error[0] != 0 ? transfer.error : curl_easy_strerror(result);
        return {Outbox::Outcome::failed, text};
    }
    long status = 0;
    curl_easy_getinfo(transfer.easy, CURLINFO_RESPONSE_CODE, &status);
    const auto text = "answered " + std::to_string(status);
    if (status >= 200 && status < 300) return {Outbox::Outcome::delivered, text};
    const bool later = status >= 500 || status == 408 || status == 429;
    return {later ? Outbox::Outcome::failed : Outbox::Outcome::refused, text};
}

} // namespace

struct Webhooks::Core : std::enable_shared_from_this<Core> {
    Core(asio::io_context& loop, std::chrono::milliseconds most)
        : io(loop), timer(loop), timeout(most)
    {
        static const auto once = curl_global_init(CURL_GLOBAL_DEFAULT);
        if (once != CURLE_OK || multi == nullptr)
            throw std::runtime_error("libcurl does not start");
        curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, &Core::on_socket);
        curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, this);
        curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, &Core::on_timer);
        curl_multi_setopt(multi, CURLMOPT_TIMERDATA, this);
    }
    Core(const Core&) = delete;
    Core& operator=(const Core&) = delete;

    void close()
    {
        closed = true;
        timer.cancel();
        for (auto& [easy, transfer] : transfers) curl_multi_remove_handle(multi, easy);
        transfers.clear();
        curl_multi_cleanup(multi);
        sockets.clear();
    }

    static int on_socket(CURL*, curl_socket_t socket, int what, void* self, void*)
    {
        static_cast<Core*>(self)->watch(socket, what);
        return 0;
    }
    static int on_timer(CURLM*, long after_ms, void* self)
    {
        static_cast<Core*>(self)->set_timer(after_ms);
        return 0;
    }
    void watch(curl_socket_t socket, int what);
    void wait(curl_socket_t socket, const std::shared_ptr<Watched>& watched);
    void wait_for(curl_socket_t socket, const std::shared_ptr<Watched>& watched, int what);
    void set_timer(long after_ms);
    void act(curl_socket_t socket, int what);

    asio::io_context& io;
    asio::steady_timer timer;
    std::chrono::milliseconds timeout;
    CURLM* multi = curl_multi_init();
    std::map<CURL*, std::unique_ptr<Transfer>> transfers;
    std::map<curl_socket_t, std::shared_ptr<Watched>> sockets;
    bool closed = false;
};

void Webhooks::Core::watch(curl_socket_t socket, int what)
{
    if (what == CURL_POLL_REMOVE) {
        // Before curl closes it, and its number becomes another's.
        if (const auto found = sockets.find(socket); found != sockets.end()) {
            found->second->wanted = 0;
            found->second->descriptor.cancel();
            found->second->descriptor.release();
            sockets.erase(found);
        }
        return;
    }
    auto& watched = sockets[socket];
    if (!watched) watched = std::make_shared<Watched>(io, socket);
    watched->wanted = what;
    wait(socket, watched);
}

void Webhooks::Core::wait(curl_socket_t socket, const std::shared_ptr<Watched>& watched)
{
    if ((watched->wanted & CURL_POLL_IN) != 0 && !std::exchange(watched->reading, true))
        wait_for(socket, watched, CURL_POLL_IN);
    if ((watched->wanted & CURL_POLL_OUT) != 0 && !std::exchange(watched->writing, true))
        wait_for(socket, watched, CURL_POLL_OUT);
}

void Webhooks::Core::wait_for(curl_socket_t socket, const std::shared_ptr<Watched>& watched,
                              int what)
{
    const bool in = what == CURL_POLL_IN;
    watched->descriptor.async_wait(
        in ? asio::posix::descriptor_base::wait_read : asio::posix::descriptor_base::wait_write,
        [self = shared_from_this(), socket, watched, what,
         in](const boost::system::error_code& fault) {
            (in ? watched->reading : watched->writing) = false;
            if (fault == asio::error::operation_aborted || self->closed) return;
            const auto current = self->sockets.find(socket);
            if (current == self->sockets.end() || current->second != watched) return;
            if ((watched->wanted & what) == 0) return; // it changed its mind
            self->act(socket, fault ? CURL_CSELECT_ERR : in ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
            const auto still = self->sockets.find(socket);
            if (still != self->sockets.end() && still->second == watched)
                self->wait(socket, watched);
        });
}

void Webhooks::Core::set_timer(long after_ms)
{
    timer.cancel();
    if (after_ms < 0) return;
    timer.expires_after(std::chrono::milliseconds{after_ms});
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& fault) {
        if (!fault && !self->closed) self->act(CURL_SOCKET_TIMEOUT, 0);
    });
}

void Webhooks::Core::act(curl_socket_t socket, int what)
{
    int running = 0;
    curl_multi_socket_action(multi, socket, what, &running);
    int left = 0;
    while (const auto* message = closed ? nullptr : curl_multi_info_read(multi, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        const auto result = message->data.result;
        auto ended = transfers.extract(message->easy_handle);
        curl_multi_remove_handle(multi, ended.key());
        const auto [outcome, text] = judge(result, *ended.mapped());
        ended.mapped()->done(outcome, text); // may post again
    }
}

Webhooks::Webhooks(asio::io_context& io, std::chrono::milliseconds timeout)
    : io_(io), timeout_(timeout)
{
}

Webhooks::~Webhooks()
{
    if (core_) core_->close();
}

void Webhooks::post(const std::string& url, std::string body, Done done)
{
    if (!core_) core_ = std::make_shared<Core>(io_, timeout_);
    auto transfer = std::make_unique<Transfer>();
    transfer->body = std::move(body);
    transfer->done = std::move(done);
    for (const char* header : {"Content-Type: application/json", "Expect:"})
        transfer->headers = curl_slist_append(transfer->headers, header);
    auto* easy = transfer->easy;
    curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(core_->timeout.count()));
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L); // alerts are rare; nothing stays open
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "rfc2217-portald");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers);
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(transfer->body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, transfer->body.c_str());
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &ignore);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error);
    core_->transfers.emplace(easy, std::move(transfer));
    curl_multi_add_handle(core_->multi, easy); // its timer then drives it
}

} // namespace portald
