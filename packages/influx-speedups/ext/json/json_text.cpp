// The texts of JSON.

#include "json/json_text.hpp"

#include "python/python.hpp"
#include "numbers/swar.hpp"

namespace {

bool is_plain(unsigned char sign) { return sign >= 0x20 && sign < 0x80 && sign != '"' && sign != '\\'; }

unsigned byte_at(const char* at) { return static_cast<unsigned char>(*at); }
bool continues(const char* at) { return (byte_at(at) & 0xc0) == 0x80; }

// The length of the character that begins here, which is not ASCII.
// The Unicode Standard, table 3-7, Well-Formed UTF-8 Byte Sequences.
size_t character(const char* at, const char* end) {
  const unsigned first = byte_at(at);
  const size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (first < 0xc2 || first > 0xf4 || static_cast<size_t>(end - at) < length) throw Irregular{};
  const unsigned second = byte_at(at + 1);
  const unsigned least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const unsigned most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (second < least || second > most) throw Irregular{};
  for (size_t index = 2; index < length; ++index) {
    if (!continues(at + index)) throw Irregular{};
  }
  return length;
}

unsigned hex_digit(unsigned sign) {
  if (sign >= '0' && sign <= '9') return sign - '0';
  sign |= 0x20;
  if (sign < 'a' || sign > 'f') throw Irregular{};
  return sign - 'a' + 10;
}

unsigned four_digits(const char*& at, const char* end) {
  if (end - at < 4) throw Irregular{};
  unsigned value = 0;
  for (int index = 0; index < 4; ++index) value = value * 16 + hex_digit(byte_at(at++));
  return value;
}

void put_character(std::string& text, unsigned code) {
  const auto put = [&text](unsigned byte) { text.push_back(static_cast<char>(byte)); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0 | code >> 6);
  } else {
    if (code < 0x10000) {
      put(0xe0 | code >> 12);
    } else {
      put(0xf0 | code >> 18);
      put(0x80 | (code >> 12 & 0x3f));
    }
    put(0x80 | (code >> 6 & 0x3f));
  }
  put(0x80 | (code & 0x3f));
}

// The character that `\uXXXX` means, read from behind the `u`, or two of these together.
unsigned code_point(const char*& at, const char* end) {
  const unsigned code = four_digits(at, end);
  if (code < 0xd800 || code > 0xdfff) return code;
  if (code > 0xdbff || end - at < 2 || at[0] != '\\' || at[1] != 'u') throw Irregular{};
  at += 2;
  const unsigned low = four_digits(at, end);
  if (low < 0xdc00 || low > 0xdfff) throw Irregular{};
  return 0x10000 + ((code - 0xd800) << 10 | (low - 0xdc00));
}

void put_escaped(std::string& text, const char*& at, const char* end) {
  if (at == end) throw Irregular{};
  switch (*at++) {
    case '"': return text.push_back('"');
    case '\\': return text.push_back('\\');
    case '/': return text.push_back('/');
    case 'b': return text.push_back('\b');
    case 'f': return text.push_back('\f');
    case 'n': return text.push_back('\n');
    case 'r': return text.push_back('\r');
    case 't': return text.push_back('\t');
    case 'u': return put_character(text, code_point(at, end));
    default: throw Irregular{};
  }
}

}  // namespace

const char* plain_end(const char* from, const char* end) {
  for (; end - from >= 8; from += 8) {
    const auto word = word_at<uint64_t>(from);
    const uint64_t found =
        (below(word, 0x20) | equal(word, '"') | equal(word, '\\') | word) & all(0x80);
    if (found) break;
  }
  while (from != end && is_plain(static_cast<unsigned char>(*from))) ++from;
  return from;
}

std::string_view read_text(const char*& at, const char* end, std::string& unescaped) {
  const char* begin = at;
  bool escapes = false;
  for (;;) {
    at = plain_end(at, end);
    if (at == end) throw Irregular{};
    if (*at == '"') break;
    if (*at == '\\') {
      if (!escapes) unescaped.clear();
      escapes = true;
      unescaped.append(begin, at++);
      put_escaped(unescaped, at, end);
      begin = at;
    } else {
      at += character(at, end);  // refuses control characters too
    }
  }
  const std::string_view rest{begin, static_cast<size_t>(at++ - begin)};
  return escapes ? std::string_view{unescaped.append(rest)} : rest;
}
