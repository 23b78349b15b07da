#include "python/utf8.hpp"

#include "numbers/swar.hpp"
#include "python/python.hpp"

namespace {

// How many bytes behind the first one belong to it; -1 if it begins nothing. `low` and `high` bound
// the second byte.
int following(unsigned char first, unsigned char& low, unsigned char& high) {
  low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (first < 0x80) return 0;
  if (first < 0xc2 || first > 0xf4) return -1;
  return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

bool is_ascii(std::string_view bytes) {
  unsigned char all = 0;
  for (const char byte : bytes) all |= static_cast<unsigned char>(byte);
  return all < 0x80;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  if (is_ascii(bytes)) return true;
  for (size_t index = 0; index < bytes.size();) {
    if (bytes.size() - index >= 8 && !(word_at<uint64_t>(bytes.data() + index) & all(0x80))) {
      index += 8;
      continue;
    }
    unsigned char low, high;
    const int more = following(static_cast<unsigned char>(bytes[index++]), low, high);
    if (more < 0 || bytes.size() - index < static_cast<size_t>(more)) return false;
    for (int rest = 0; rest < more; ++rest, low = 0x80, high = 0xbf) {
      const auto byte = static_cast<unsigned char>(bytes[index++]);
      if (byte < low || byte > high) return false;
    }
  }
  return true;
}
