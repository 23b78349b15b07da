// Names and strings as they stand in a line: which bytes are escaped, and which are left to Python.
#pragma once

#include <array>

#include "python.hpp"
#include "words.hpp"

// What a byte means in a name: some are escaped in keys and tag values, some of these also in a
// measurement; a name with one that is refused is left to Python.
enum : unsigned char { kInKey = 1, kInMeasurement = 2, kRefused = 4, kInString = 8 };

constexpr std::array<unsigned char, 256> meanings() {
  std::array<unsigned char, 256> table{};
  for (int sign = 0; sign < 0x20; ++sign) table[sign] = kRefused;
  table[0x7f] = kRefused;
  table['\\'] = kRefused | kInString;
  table['"'] = kInString;
  table['='] = kInKey;
  table[','] = table[' '] = kInKey | kInMeasurement;
  return table;
}

inline constexpr auto kMeaning = meanings();

// Whether a word may hold a byte that has a meaning; if not, none has one.
constexpr bool suspicious(uint64_t word, unsigned char escaped) {
  const uint64_t found =
      escaped == kInString
          ? equal(word, '"') | equal(word, '\\')
          : below(word, 0x21) | equal(word, ',') | equal(word, '=') | equal(word, '\\') | equal(word, 0x7f);
  return (found & all(0x80)) != 0;
}

// Copies a text of at least eight bytes, the last word of which may overlap the one before.
inline bool copy_plain(char* to, std::string_view text, unsigned char escaped) {
  const size_t last = text.size() - sizeof(uint64_t);
  bool special = false;
  for (size_t index = 0; index < last; index += sizeof(uint64_t)) {
    const auto word = word_at<uint64_t>(text.data() + index);
    special |= suspicious(word, escaped);
    std::memcpy(to + index, &word, sizeof word);
  }
  const auto word = word_at<uint64_t>(text.data() + last);
  std::memcpy(to + last, &word, sizeof word);
  return !(special | suspicious(word, escaped));
}

// Writes a text, for which there is room twice over, with a backslash before what `escaped` says;
// returns what its bytes mean.
inline unsigned char write_escaped(char*& out, std::string_view text, unsigned char escaped) {
  if (text.size() >= sizeof(uint64_t) && copy_plain(out, text, escaped)) {
    out += text.size();
    return 0;
  }
  unsigned char seen = 0;
  char* end = out;
  for (const char sign : text) {
    const unsigned char meaning = kMeaning[static_cast<unsigned char>(sign)];
    seen |= meaning;
    if (meaning & escaped) *end++ = '\\';
    *end++ = sign;
  }
  out = end;
  return seen;
}
