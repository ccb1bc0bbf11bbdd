#pragma once

#include <functional>
#include <string_view>

#include "portald/request.hpp"
#include "portald/web_files.hpp"

namespace portald {

/// Which part of the portal answers: a file of the page, or the API behind the gateway; 404 and
/// 405 are its own. Called by all web threads; const.
class Site {
public:
    Site(WebFiles files, std::function<Response(Request)> api);

    Response answer(Request request) const;
    bool has_file(std::string_view path) const { return files_.has(path); }

private:
    WebFiles files_;
    std::function<Response(Request)> api_;
};

} // namespace portald
