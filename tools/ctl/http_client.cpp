#include "ctl/http_client.hpp"

#include <cstdint>
#include <utility>

#include <curl/curl.h>

#include "commandkit/asking.hpp"

namespace ctl {
namespace {

constexpr std::size_t most_bytes = 4 << 20; // of an answer
constexpr long connect_timeout_s = 10;
constexpr long timeout_s = 330; // /api/serial/monitor takes up to 300

std::string base_of(std::string host)
{
    if (host.find("://") == std::string::npos) host = "http://" + host;
    while (host.ends_with('/')) host.pop_back();
    const auto name = host.find("://") + 3;
    const auto closed = host.find(']', name); // [::1]
    if (host.find(':', closed == std::string::npos ? name : closed) == std::string::npos)
        host += ":8080";
    return host;
}

} // namespace

struct HttpClient::Transfer {
    CURL* easy = curl_easy_init();
    curl_slist* headers = nullptr;
    char error[CURL_ERROR_SIZE] = "";
    Answer answer;
    std::function<void(const std::string&)> tell; ///< line by line, then

    Transfer() = default;
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;
    ~Transfer()
    {
        curl_easy_cleanup(easy);
        curl_slist_free_all(headers);
    }

    void header(const std::string& text) { headers = curl_slist_append(headers, text.c_str()); }

    bool take(const char* data, std::size_t size)
    {
        answer.body.append(data, size);
        if (answer.body.size() > most_bytes) return false;
        if (!tell) return true;
        for (auto end = answer.body.find('\n'); end != std::string::npos;
             end = answer.body.find('\n')) {
            tell(answer.body.substr(0, end));
            answer.body.erase(0, end + 1);
        }
        return true;
    }

    static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self)
    {
        return static_cast<Transfer*>(self)->take(data, size * count) ? size * count : 0;
    }
};

HttpClient::HttpClient(const std::string& host, std::string token, std::string authorities)
    : base_(base_of(host)), token_(std::move(token)), authorities_(std::move(authorities))
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

void HttpClient::run(Transfer& transfer) const
{
    auto* easy = transfer.easy;
    if (!token_.empty()) transfer.header("Authorization: Bearer " + token_);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, connect_timeout_s);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "rfc2217ctl");
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer.headers);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer.error);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &Transfer::on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &transfer);
    if (!authorities_.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, authorities_.c_str());
    const auto result = curl_easy_perform(easy);
    if (result != CURLE_OK)
        throw commandkit::Unreachable(
            base_ + ": " + (transfer.error[0] != 0 ? transfer.error : curl_easy_strerror(result)));
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &transfer.answer.status);
}

HttpClient::Answer HttpClient::ask(const std::string& method, const std::string& path,
                                   const std::optional<std::string>& body) const
{
    Transfer transfer;
    curl_easy_setopt(transfer.easy, CURLOPT_URL, (base_ + path).c_str());
    curl_easy_setopt(transfer.easy, CURLOPT_TIMEOUT, timeout_s);
    if (body) {
        transfer.header("Content-Type: application/json");
        transfer.header("Expect:");
        curl_easy_setopt(transfer.easy, CURLOPT_POSTFIELDSIZE, static_cast<long>(body->size()));
        curl_easy_setopt(transfer.easy, CURLOPT_POSTFIELDS, body->c_str());
    }
    if (method != "GET") curl_easy_setopt(transfer.easy, CURLOPT_CUSTOMREQUEST, method.c_str());
    run(transfer);
    return std::move(transfer.answer);
}

void HttpClient::stream(const std::string& path,
                        const std::function<void(const std::string&)>& tell) const
{
    Transfer transfer;
    transfer.tell = tell;
    curl_easy_setopt(transfer.easy, CURLOPT_URL, (base_ + path).c_str());
    curl_easy_setopt(transfer.easy, CURLOPT_TCP_KEEPALIVE, 1L); // it may be quiet for long
    curl_easy_setopt(transfer.easy, CURLOPT_FAILONERROR, 1L);
    run(transfer);
}

HttpClient::Answer HttpClient::part(const std::string& path, std::int64_t from) const
{
    Transfer transfer;
    curl_easy_setopt(transfer.easy, CURLOPT_URL, (base_ + path).c_str());
    curl_easy_setopt(transfer.easy, CURLOPT_TIMEOUT, timeout_s);
    const auto range = from < 0 ? std::to_string(from) : std::to_string(from) + "-";
    curl_easy_setopt(transfer.easy, CURLOPT_RANGE, range.c_str());
    run(transfer);
    return std::move(transfer.answer);
}

std::string url_encoded(const std::string& text)
{
    auto* escaped = curl_easy_escape(nullptr, text.c_str(), static_cast<int>(text.size()));
    std::string encoded{escaped == nullptr ? "" : escaped};
    curl_free(escaped);
    return encoded;
}

} // namespace ctl
