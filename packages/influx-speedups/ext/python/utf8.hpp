// UTF-8 as Python takes it.
#pragma once

#include <string_view>

// Whether bytes are UTF-8: shortest forms only, and no surrogates.
bool is_utf8(std::string_view bytes);
