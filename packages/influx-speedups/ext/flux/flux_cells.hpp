// The cells of annotated CSV: numbers, times and texts, as InfluxDB writes them. What is written in
// another way is Irregular, and left to influx_core.
#pragma once

#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "json/json_decimal.hpp"
#include "json/json_text.hpp"
#include "numbers/standard_decimal.hpp"
#include "numbers/times.hpp"

namespace flux {

inline bool is_digit(char sign) { return static_cast<unsigned char>(sign - '0') < 10; }

// Reads a whole number that fits a word.
inline uint64_t digits_of(std::string_view cell) {
  if (cell.empty() || cell.size() > 20) throw Irregular{};
  uint64_t value = 0;
  for (const char sign : cell) {
    const auto digit = static_cast<uint64_t>(sign - '0');
    if (digit > 9 || value > (UINT64_MAX - digit) / 10) throw Irregular{};
    value = value * 10 + digit;
  }
  return value;
}

inline int64_t integer_of(std::string_view cell) {
  const bool negative = cell[0] == '-';
  const uint64_t digits = digits_of(cell.substr(negative));
  if (digits > static_cast<uint64_t>(INT64_MAX) + negative) throw Irregular{};
  return static_cast<int64_t>(negative ? 0 - digits : digits);
}

// A double of any length, by the standard library; infinite where the text says so.
inline double rare_double(std::string_view cell) {
  if (cell == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (cell == "+Inf") return std::numeric_limits<double>::infinity();
  if (cell == "-Inf") return -std::numeric_limits<double>::infinity();
  if (is_digit(cell.back())) {
    if (const auto value = standard_decimal(cell)) return *value;
  }
  throw Irregular{};
}

inline double double_of(std::string_view cell) {
  constexpr int kMostDigits = 19;
  const bool negative = cell[0] == '-';
  uint64_t digits = 0;
  int count = 0, decimals = 0;
  bool point = false;
  for (const char sign : cell.substr(negative)) {
    if (sign == '.' && !point && count > 0) {
      point = true;
    } else if (is_digit(sign)) {
      digits = digits * 10 + static_cast<uint64_t>(sign - '0');
      ++count;
      decimals += point;
    } else {
      return rare_double(cell);
    }
  }
  if (count == 0 || (point && decimals == 0)) throw Irregular{};
  if (count > kMostDigits || decimals > kMostFives) return rare_double(cell);
  const double size = decimal(digits, -decimals);
  return negative ? -size : size;
}

// A number of so many digits.
inline int number_at(const char* at, int count) {
  int value = 0;
  for (int index = 0; index < count; ++index) {
    if (!is_digit(at[index])) throw Irregular{};
    value = value * 10 + (at[index] - '0');
  }
  return value;
}

// Reads times in UTC; many have the day of the one before.
class TimeReader {
 public:
  int64_t read(std::string_view cell) {
    if (cell.size() < 20 || cell.size() > 30 || cell.back() != 'Z') throw Irregular{};
    const char* at = cell.data();
    if (at[10] != 'T' || at[13] != ':' || at[16] != ':') throw Irregular{};
    if (day_.compare(0, std::string::npos, at, 10) != 0) read_day(at);
    const int hour = number_at(at + 11, 2), minute = number_at(at + 14, 2), second = number_at(at + 17, 2);
    if (hour > 23 || minute > 59 || second > 59) throw Irregular{};
    return (days_ * 86'400 + hour * 3600 + minute * 60 + second) * kSecond + fraction(cell);
  }

 private:
  void read_day(const char* at) {
    const int year = number_at(at, 4), month = number_at(at + 5, 2), day = number_at(at + 8, 2);
    if (at[4] != '-' || at[7] != '-' || year < 1678 || year > 2261) throw Irregular{};
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month)) throw Irregular{};
    days_ = days_of({year, month, day});
    day_.assign(at, 10);
  }

  static int64_t fraction(std::string_view cell) {
    if (cell.size() == 20) return 0;
    const auto count = static_cast<int>(cell.size()) - 21;
    if (cell[19] != '.' || count == 0) throw Irregular{};
    int64_t value = number_at(cell.data() + 20, count);
    for (int index = count; index < 9; ++index) value *= 10;
    return value;
  }

  std::string day_ = "          ";
  int64_t days_ = 0;
};

}  // namespace flux
