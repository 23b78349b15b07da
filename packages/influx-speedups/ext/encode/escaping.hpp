// Names and strings as they stand in a line: which bytes are escaped, and which are left to Python.
#pragma once

#include <array>

#include "encode/columns.hpp"
#include "python/python.hpp"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

// What a byte means in a name: some are escaped in keys and tag values, some of these also in a
// measurement; a name with one that is refused is left to Python. A backslash means itself before any
// byte but those that `is_ambiguous` looks for.
enum : unsigned char { kInKey = 1, kInMeasurement = 2, kRefused = 4, kInString = 8, kBackslash = 16 };

// Whether the servers' rules differ about a backslash of a name: before one of these, or at the end.
__attribute__((noinline, cold)) inline bool is_ambiguous(std::string_view name) {
  for (size_t at = name.find('\\'); at != name.npos; at = name.find('\\', at + 1)) {
    if (at + 1 == name.size() || std::string_view(",= \"").find(name[at + 1]) != name.npos) return true;
  }
  return false;
}

constexpr std::array<unsigned char, 256> meanings() {
  std::array<unsigned char, 256> table{};
  for (int sign = 0; sign < 0x20; ++sign) table[sign] = kRefused;
  table[0x7f] = kRefused;
  table['\\'] = kBackslash | kInString;
  table['"'] = kInString;
  table['='] = kInKey;
  table[','] = table[' '] = kInKey | kInMeasurement;
  return table;
}

inline constexpr auto kMeaning = meanings();

// Sixteen bytes at once.
using Block = unsigned char __attribute__((vector_size(16)));

inline Block all_of(unsigned char byte) { return Block{} + byte; }

inline bool any(Block found) {
#ifdef __SSE2__
  return _mm_movemask_epi8(reinterpret_cast<__m128i>(found)) != 0;
#else
  return word_at<uint64_t>(&found) | word_at<uint64_t>(reinterpret_cast<char*>(&found) + 8);
#endif
}

// The bytes of a block that may have a meaning: what others there are have none.
template <unsigned char escaped>
Block special(Block block) {
  const auto found = escaped == kInString
                         ? (block == '"') | (block == '\\')
                         : (block <= ' ') | (block == ',') | (block == '=') | (block == '\\') | (block == 0x7f);
  return reinterpret_cast<Block>(found);
}

// Whether a block may hold a byte that has a meaning.
template <unsigned char escaped>
bool suspicious(Block block) {
  return any(special<escaped>(block));
}

using Words = uint64_t __attribute__((vector_size(16)));

inline Block block_of(uint64_t one, uint64_t other) { return reinterpret_cast<Block>(Words{one, other}); }
inline Block block_of(uint32_t one, uint32_t other) {
  const uint64_t both = one | uint64_t{other} << 32;
  return block_of(both, both);
}

// Copies a text by words that may overlap in the middle; whether it is sure to be plain.
template <unsigned char escaped, typename Word>
bool copy_ends_plain(char* to, std::string_view text) {
  const size_t last = text.size() - sizeof(Word);
  const Word head = word_at<Word>(text.data()), tail = word_at<Word>(text.data() + last);
  std::memcpy(to, &head, sizeof head);
  std::memcpy(to + last, &tail, sizeof tail);
  return !suspicious<escaped>(block_of(head, tail));
}

template <unsigned char escaped>
bool copy_plain(char* to, std::string_view text) {
  if (text.size() < sizeof(Block)) {
    if (text.size() >= 8) return copy_ends_plain<escaped, uint64_t>(to, text);
    return text.size() >= 4 && copy_ends_plain<escaped, uint32_t>(to, text);
  }
  const size_t last = text.size() - sizeof(Block);
  bool special = false;
  for (size_t index = 0; index < last; index += sizeof(Block)) {
    const auto block = word_at<Block>(text.data() + index);
    special |= suspicious<escaped>(block);
    std::memcpy(to + index, &block, sizeof block);
  }
  const auto block = word_at<Block>(text.data() + last);
  std::memcpy(to + last, &block, sizeof block);
  return !(special | suspicious<escaped>(block));
}

// Copies a text by whole blocks, where there is room for one more; false if it is not sure to be plain and
// ASCII, and what was copied is void.
template <unsigned char escaped>
bool copy_if_plain(char* to, const Text& text) {
  const Block places{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  if (text.readable < text.size + sizeof(Block)) return false;
  Block found = all_of(0);
  size_t done = 0;
  for (; text.size - done > sizeof(Block); done += sizeof(Block)) {
    const auto block = word_at<Block>(text.start + done);
    found |= special<escaped>(block) | block;
    std::memcpy(to + done, &block, sizeof block);
  }
  const auto block = word_at<Block>(text.start + done);
  const auto inside = reinterpret_cast<Block>(places < all_of(static_cast<unsigned char>(text.size - done)));
  found |= (special<escaped>(block) | block) & inside;
  std::memcpy(to + done, &block, sizeof block);
  return !any(found & all_of(0x80));
}

// Writes a text, for which there is room twice over, with a backslash before what `escaped` says;
// returns what its bytes mean.
template <unsigned char escaped>
unsigned char write_escaped(char*& out, std::string_view text) {
  if (copy_plain<escaped>(out, text)) {
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
  return (seen & kBackslash) && is_ambiguous(text) ? seen | kRefused : seen;
}

inline unsigned char write_escaped(char*& out, std::string_view text, unsigned char escaped) {
  if (escaped == kInKey) return write_escaped<kInKey>(out, text);
  return escaped == kInString ? write_escaped<kInString>(out, text) : write_escaped<kInMeasurement>(out, text);
}

// Puts a text; returns what its bytes mean.
template <unsigned char escaped>
unsigned char put_escaped(Buffer& buffer, std::string_view text) {
  buffer.room(2 * text.size());
  char* out = buffer.end();
  const unsigned char seen = write_escaped<escaped>(out, text);
  buffer.end_at(out);
  return seen;
}

// Puts a name, which must not be empty; false if it is not regular.
template <unsigned char escaped>
bool put_name(Buffer& buffer, PyObject* name) {
  std::string_view text;
  return utf8(name, text) && !text.empty() && !(put_escaped<escaped>(buffer, text) & kRefused);
}
