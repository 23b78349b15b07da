// CSV as influx_core writes it: null is an empty cell, an empty text is "", numbers are as str() has
// them.

#include "results/csv_rows.hpp"

#include "numbers/print_numbers.hpp"
#include "results/rfc3339.hpp"

namespace {

bool is_special(char sign) { return sign == '"' || sign == ',' || sign == '\n' || sign == '\r'; }

bool is_plain(std::string_view text) {
  bool special = text.empty();
  for (const char sign : text) special |= is_special(sign);
  return !special;
}

void put_quoted(Buffer& out, std::string_view text) {
  out.room(2 * text.size() + 2);
  out.put('"');
  for (const char sign : text) {
    if (sign == '"') out.put('"');
    out.put(sign);
  }
  out.put('"');
}

// The text of repr: `1e-05` and `1e+16` differ from what print_float writes, and are rare.
void put_float(Buffer& out, double value) {
  const double size = std::fabs(value);
  if (size == 0 || (size >= 1e-4 && size < 1e16)) return out.end_at(print_float(out.end(), value));
  char* text = PyOS_double_to_string(value, 'r', 0, Py_DTSF_ADD_DOT_0, nullptr);
  if (text == nullptr) throw PythonError{};
  out.put(std::string_view(text));
  PyMem_Free(text);
}

// Writes the cells of one column.
class ColumnWriter {
 public:
  ColumnWriter(const Values& values, std::optional<TimeStyle> times) : values_(values), times_(times) {
    plain_.reserve(values.texts.size());
    for (size_t index = 0; index < values.texts.size(); ++index) plain_.push_back(is_plain(values.texts[index]));
  }

  void write(Buffer& out, size_t row) const {
    out.room(kLongestNumber);
    const uint64_t word = values_.words[row];
    switch (values_.kinds[row]) {
      case Kind::kNull: return;
      case Kind::kFalse: return out.put("false");
      case Kind::kTrue: return out.put("true");
      case Kind::kInteger: return integer(out, static_cast<int64_t>(word));
      case Kind::kUnsigned: return out.end_at(std::to_chars(out.end(), out.end() + kLongestNumber, word).ptr);
      case Kind::kFloat: return put_float(out, values_.number(row));
      case Kind::kText: return text(out, word);
    }
  }

 private:
  void integer(Buffer& out, int64_t number) const {
    if (!times_) return out.end_at(print_integer(out.end(), number));
    if (times_->unit) return out.end_at(print_integer(out.end(), number / times_->unit));
    out.end_at(print_rfc3339(out.end(), number));
  }

  void text(Buffer& out, size_t position) const {
    const std::string_view found = values_.texts[position];
    if (!plain_[position]) return put_quoted(out, found);
    out.room(found.size());
    out.put(found);
  }

  const Values& values_;
  const std::optional<TimeStyle> times_;
  std::vector<char> plain_;  // whether a text needs no quotes
};

}  // namespace

PyObject* csv_rows(const Table& table, std::string_view before, std::optional<TimeStyle> times) {
  std::vector<ColumnWriter> columns;
  columns.reserve(table.width());
  for (size_t column = 0; column < table.width(); ++column) {
    const bool has_times = times && times->column == column;
    columns.emplace_back(table.cells()[column], has_times ? times : std::nullopt);
  }
  Buffer out;
  for (size_t row = 0; row < table.rows(); ++row) {
    const size_t begin = out.size();
    out.room(before.size());
    out.put(before);
    for (const ColumnWriter& column : columns) {
      column.write(out, row);
      out.room(1);
      out.put(',');
    }
    if (!columns.empty()) out.cut(out.size() - 1);
    out.room(3);
    // a line without any sign is a blank line to readers of CSV
    if (out.size() == begin) out.put("\"\"");
    out.put('\n');
  }
  return new_text(out.text());
}
