#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace portald {

/// Who watches holds one of the web server's threads for as long: so many may, and no address may
/// have nearly all of them. Any thread.
class FeedSeats {
public:
    static constexpr std::size_t most = 64;
    static constexpr std::size_t most_of_one = 52;

    /// Held while it lives; null: there is none. Must not outlive this.
    std::shared_ptr<void> take(const std::string& address);
    bool has_one_for(const std::string& address) const;

private:
    bool has_one(const std::string& address) const;
    void give_back(const std::string& address);

    mutable std::mutex mutex_;
    std::map<std::string, std::size_t> taken_;
    std::size_t all_ = 0;
};

} // namespace portald
