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

// Nanoseconds in units of so many, rounded down; dividing by a number that is known takes less.
inline int64_t in_units(int64_t ns, int64_t unit) {
  switch (unit) {
    case 1:
      return ns;
    case 1'000:
      return floor_div(ns, 1'000);
    case 1'000'000:
      return floor_div(ns, 1'000'000);
    case kSecond:
      return floor_div(ns, kSecond);
    default:
      return floor_div(ns, unit);
  }
}

struct Date {
  int year, month, day;
};

inline int days_in(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return kDays[month - 1] + (month == 2 && leap);
}

// Counts the days from 1970 to a date; years that begin in March put the leap day last.
// The arithmetic: https://howardhinnant.github.io/date_algorithms.html
inline int64_t days_of(Date date) {
  const int64_t year = date.year - (date.month <= 2);
  const int64_t era = floor_div(year, 400);
  const int64_t year_of_era = year - era * 400;
  const int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  return era * 146'097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719'468;
}

// The date so many days after 1970.
inline Date date_of(int64_t days) {
  const int64_t shifted = days + 719'468;
  const int64_t era = floor_div(shifted, 146'097);
  const auto day_of_era = static_cast<int>(shifted - era * 146'097);
  const int year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int shifted_month = (5 * day_of_year + 2) / 153;
  const int month = shifted_month + (shifted_month < 10 ? 3 : -9);
  return {static_cast<int>(era * 400) + year_of_era + (month <= 2), month,
          day_of_year - (153 * shifted_month + 2) / 5 + 1};
}

// A time in UTC.
struct Moment {
  Date date;
  int hour, minute, second, ns;
};

inline Moment moment_of(int64_t ns) {
  const int64_t seconds = floor_div(ns, kSecond);
  const int64_t days = floor_div(seconds, 86'400);
  const auto of_day = static_cast<int>(seconds - days * 86'400);
  const auto rest = static_cast<int>(ns % kSecond);  // the first second may begin before the first number
  return {date_of(days), of_day / 3600, of_day / 60 % 60, of_day % 60, rest < 0 ? rest + static_cast<int>(kSecond) : rest};
}
