// The texts of JSON: where they end, what their escapes mean, whether they are UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "results/irregular.hpp"

// The first byte that is a quote, a backslash, a control character or not ASCII; or the end.
const char* plain_end(const char* from, const char* end);

// Reads what stands between quotes, from behind the first one; moves to behind the last one. The text
// is in the document itself, or in `unescaped`.
std::string_view read_text(const char*& at, const char* end, std::string& unescaped);
