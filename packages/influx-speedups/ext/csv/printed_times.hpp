// Times as InfluxDB 3 prints them: `2020-01-31T12:00:00` with 0, 3, 6 or 9 decimals, as few as are
// needed, and without a zone.
#pragma once

#include <string>
#include <string_view>

#include "numbers/times.hpp"

class PrintedTimes {
 public:
  // The nanoseconds of a text; false if it is none of these. Many have the day of the one before.
  bool read(std::string_view text, int64_t& ns) {
    const size_t size = text.size();
    if (size != 19 && size != 23 && size != 26 && size != 29) return false;
    const char* at = text.data();
    if (at[10] != 'T' || at[13] != ':' || at[16] != ':') return false;
    if (day_.compare(0, std::string::npos, at, 10) != 0 && !read_day(at)) return false;
    const int hour = number(at + 11, 2), minute = number(at + 14, 2), second = number(at + 17, 2);
    if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return false;
    int rest = 0;
    if (size > 19) {
      rest = number(at + 20, size - 20);
      if (at[19] != '.' || rest < 0 || rest % 1000 == 0) return false;
      for (size_t count = size; count < 29; ++count) rest *= 10;
    }
    const __int128 found = static_cast<__int128>(days_ * 86'400 + hour * 3600 + minute * 60 + second) * kSecond + rest;
    if (found < -kMaxNs || found > kMaxNs) return false;
    ns = static_cast<int64_t>(found);
    return true;
  }

 private:
  // A number of so many digits, up to nine; -1 if it has another sign.
  static int number(const char* at, size_t count) {
    int value = 0;
    for (size_t index = 0; index < count; ++index) {
      const auto digit = static_cast<unsigned char>(at[index] - '0');
      if (digit > 9) return -1;
      value = value * 10 + digit;
    }
    return value;
  }

  bool read_day(const char* at) {
    const int year = number(at, 4), month = number(at + 5, 2), day = number(at + 8, 2);
    if (at[4] != '-' || at[7] != '-' || year < 1 || month < 1 || month > 12) return false;
    if (day < 1 || day > days_in(year, month)) return false;
    days_ = days_of({year, month, day});
    day_.assign(at, 10);
    return true;
  }

  std::string day_ = "          ";
  int64_t days_ = 0;
};
