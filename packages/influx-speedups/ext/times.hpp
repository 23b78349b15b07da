// Dates, and nanoseconds since 1970.
#pragma once

#include <cstdint>

constexpr int64_t kSecond = 1'000'000'000;

// The last nanosecond the server can store; the first is its negative.
constexpr int64_t kMaxNs = 9223372036854775806;

inline int64_t floor_div(int64_t value, int64_t unit) {
  const int64_t quotient = value / unit;
  return quotient * unit > value ? quotient - 1 : quotient;
}

struct Date {
  int year, month, day;
};

// Counts the days from 1970 to a date; years that begin in March put the leap day last.
// The arithmetic: https://howardhinnant.github.io/date_algorithms.html
inline int64_t days_of(Date date) {
  const int64_t year = date.year - (date.month <= 2);
  const int64_t era = floor_div(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}
