// Rows as the lines of a CSV file.
#pragma once

#include <optional>
#include <string_view>

#include "results/table.hpp"

// How the times of a column are written.
struct TimeStyle {
  size_t column;
  int64_t unit;  // in nanoseconds; 0 for RFC 3339 text
};

// A new str with a line for each row, which begins with `before`; throws PythonError.
PyObject* csv_rows(const Table& table, std::string_view before, std::optional<TimeStyle> times);
