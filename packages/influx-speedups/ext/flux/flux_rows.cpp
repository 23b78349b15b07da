// Rows of annotated CSV: all tables of a block at once, by column.

#include <vector>

#include "flux/flux_cells.hpp"
#include "module.hpp"

namespace {

using flux::TimeReader;

// What a position in a row holds, as influx_speedups names it.
enum class Place : char {
  kAnnotation = '-',
  kKey = 'k',
  kFloat = 'f',
  kInteger = 'i',
  kUnsigned = 'u',
  kBoolean = 'b',
  kTime = 't',
  kString = 's',
};

// The values of one column.
struct FluxValues {
  std::vector<uint64_t> words;   // numbers, or the ends of strings
  std::vector<uint8_t> present;  // a byte for each value
  std::string text;
  bool missing = false;
  TimeReader times;

  void add(uint64_t word, bool there = true) {
    words.push_back(word);
    present.push_back(there);
    missing |= !there;
  }
};

// The cells that tell one table from another, and the position behind its last row.
struct FluxTableRows {
  std::vector<std::string_view> cells;
  size_t stop;
};

class FluxReader {
 public:
  FluxReader(std::string_view rows, char delimiter, std::string_view places)
      : at_(rows.data()), end_(rows.data() + rows.size()), delimiter_(delimiter), places_(places),
        columns_(places.size()) {
    if (places.size() < 3 || rows.empty() || rows.back() != '\n') throw Irregular{};
    if (places.find_first_not_of("-kfiubts") != std::string_view::npos) throw Irregular{};
  }

  void read() {
    for (; at_ < end_; ++count_) read_row();
    if (!tables_.empty()) tables_.back().stop = count_;
  }

  PyObject* result() {
    Ref tables(checked(PyList_New(0))), columns(checked(PyList_New(0)));
    for (const FluxTableRows& table : tables_) append(tables, table_of(table));
    for (size_t place = 3; place < places_.size(); ++place) {
      if (place_at(place) != Place::kKey) append(columns, column_of(place));
    }
    return checked(Py_BuildValue("(NN)", tables.release(), columns.release()));
  }

 private:
  Place place_at(size_t place) const { return static_cast<Place>(places_[place]); }

  static void append(Ref& list, PyObject* item) {
    const Ref owned(item);
    if (PyList_Append(list.get(), item) < 0) throw PythonError{};
  }

  void read_row() {
    key_.clear();
    const size_t last = places_.size() - 1;
    bool same = !tables_.empty();
    if (at_ == end_ || *at_++ != delimiter_) throw Irregular{};
    for (size_t place = 1; place < last; ++place) {
      if (!in_key(place)) {
        add_value(place, cell());
      } else if (same && repeats(tables_.back().cells[key_.size()])) {
        key_.push_back(tables_.back().cells[key_.size()]);
      } else {
        key_.push_back(cell());
        same = same && tables_.back().cells[key_.size() - 1] == key_.back();
      }
    }
    if (!in_key(last)) {
      add_value(last, last_cell());
    } else {
      key_.push_back(last_cell());
      same = same && tables_.back().cells.back() == key_.back();
    }
    if (!same) begin_table();
  }

  void begin_table() {
    if (!tables_.empty()) {
      FluxTableRows& before = tables_.back();
      if (before.cells[0] == key_[0] && before.cells[1] == key_[1]) throw Irregular{};  // its key changes
      before.stop = count_;
    }
    tables_.push_back({key_, 0});
  }

  bool in_key(size_t place) const { return place_at(place) == Place::kKey || place_at(place) == Place::kAnnotation; }

  // Moves behind the next cell if it is the same as one before.
  bool repeats(std::string_view before) {
    const size_t size = before.size();
    if (static_cast<size_t>(end_ - at_) <= size || at_[size] != delimiter_) return false;
    if (!same_bytes(at_, before.data(), size)) return false;
    at_ += size + 1;
    return true;
  }

  // The next cell, with its quotes; `at_` moves behind the delimiter.
  std::string_view cell() {
    const char* start = at_;
    if (at_ < end_ && *at_ == '"') {
      skip_quoted();
      if (at_ == end_ || *at_ != delimiter_) throw Irregular{};
    } else {
      while (at_ < end_ && *at_ != delimiter_) {
        if (*at_ == '"' || *at_ == '\n') throw Irregular{};
        ++at_;
      }
      if (at_ == end_) throw Irregular{};
    }
    return {start, static_cast<size_t>(at_++ - start)};
  }

  // The cell before a line end, which is one sign or two.
  std::string_view last_cell() {
    const char* start = at_;
    const bool quoted = at_ < end_ && *at_ == '"';
    if (quoted) skip_quoted();
    while (!quoted && at_ < end_ && *at_ != '\n') {
      if (*at_ == delimiter_ || *at_ == '"') throw Irregular{};
      ++at_;
    }
    const char* stop = at_;
    if (quoted && at_ < end_ && *at_ == '\r') ++at_;
    if (at_ == end_ || *at_++ != '\n') throw Irregular{};
    if (!quoted && stop > start && stop[-1] == '\r') --stop;
    return {start, static_cast<size_t>(stop - start)};
  }

  // Moves behind the closing quote; a quote inside is doubled.
  void skip_quoted() {
    for (++at_; at_ < end_; ++at_) {
      if (*at_ != '"') continue;
      if (at_ + 1 == end_ || at_[1] != '"') {
        ++at_;
        return;
      }
      ++at_;
    }
    throw Irregular{};
  }

  void add_value(size_t place, std::string_view cell) {
    const Place kind = place_at(place);
    FluxValues& values = columns_[place];
    if (kind == Place::kString) return add_string(values, cell);
    if (cell.empty()) return values.add(0, false);
    values.add(word_of(kind, values, cell));
  }

  static uint64_t word_of(Place kind, FluxValues& values, std::string_view cell) {
    switch (kind) {
      case Place::kFloat: {
        const double value = flux::double_of(cell);
        uint64_t word;
        std::memcpy(&word, &value, sizeof word);
        return word;
      }
      case Place::kInteger:
        return static_cast<uint64_t>(flux::integer_of(cell));
      case Place::kUnsigned:
        return flux::digits_of(cell);
      case Place::kTime:
        return static_cast<uint64_t>(values.times.read(cell));
      case Place::kBoolean:
        if (cell != "true" && cell != "false") throw Irregular{};
        return cell == "true";
      default:
        throw Irregular{};
    }
  }

  static void add_string(FluxValues& values, std::string_view cell) {
    const bool quoted = !cell.empty() && cell[0] == '"';
    if (quoted) {
      add_unquoted(values.text, cell.substr(1, cell.size() - 2));
    } else {
      values.text.append(cell);
    }
    values.add(values.text.size(), quoted || !cell.empty());
  }

  // A doubled quote is one, and the server writes a newline as two signs.
  static void add_unquoted(std::string& text, std::string_view inside) {
    for (size_t index = 0; index < inside.size(); ++index) {
      const bool pair = index + 1 < inside.size();
      if (pair && inside[index] == '"') ++index;
      if (pair && inside[index] == '\r' && inside[index + 1] == '\n') ++index;
      text.push_back(inside[index]);
    }
  }

  static PyObject* table_of(const FluxTableRows& table) {
    Ref key(checked(PyTuple_New(static_cast<Py_ssize_t>(table.cells.size() - 2))));
    for (size_t index = 2; index < table.cells.size(); ++index) {
      PyTuple_SET_ITEM(key.get(), static_cast<Py_ssize_t>(index - 2), new_text(table.cells[index]));
    }
    Ref result(new_text(table.cells[0])), number(new_text(table.cells[1]));
    return checked(Py_BuildValue("(NNNn)", result.release(), number.release(), key.release(),
                                 static_cast<Py_ssize_t>(table.stop)));
  }

  // Kind, length, values, offsets and valid bits.
  PyObject* column_of(size_t place) const {
    const FluxValues& values = columns_[place];
    const auto length = static_cast<Py_ssize_t>(count_);
    Ref valid(values.missing ? bits_of(values.present) : Py_NewRef(Py_None));
    switch (place_at(place)) {
      case Place::kString: {
        std::vector<uint64_t> offsets{0};
        offsets.insert(offsets.end(), values.words.begin(), values.words.end());
        Ref text(bytes_of(values.text.data(), values.text.size())), ends(words_of(offsets));
        return part("string", length, std::move(text), std::move(ends), std::move(valid));
      }
      case Place::kBoolean: {
        const std::vector<uint8_t> flags(values.words.begin(), values.words.end());
        return part("boolean", length, Ref(bits_of(flags)), Ref(Py_NewRef(Py_None)), std::move(valid));
      }
      default:
        return part(name_of(place_at(place)), length, Ref(words_of(values.words)), Ref(Py_NewRef(Py_None)),
                    std::move(valid));
    }
  }

  static const char* name_of(Place kind) {
    switch (kind) {
      case Place::kFloat:
        return "float";
      case Place::kUnsigned:
        return "unsigned";
      case Place::kTime:
        return "time";
      default:
        return "integer";
    }
  }

  static PyObject* part(const char* kind, Py_ssize_t length, Ref values, Ref offsets, Ref valid) {
    return checked(Py_BuildValue("(snNNN)", kind, length, values.release(), offsets.release(), valid.release()));
  }

  static PyObject* bytes_of(const void* data, size_t size) {
    return checked(PyBytes_FromStringAndSize(static_cast<const char*>(data), static_cast<Py_ssize_t>(size)));
  }

  static PyObject* words_of(const std::vector<uint64_t>& words) {
    return bytes_of(words.data(), words.size() * sizeof(uint64_t));
  }

  // A bit for each flag, the lowest one first.
  static PyObject* bits_of(const std::vector<uint8_t>& flags) {
    std::string bytes((flags.size() + 7) / 8, '\0');
    for (size_t index = 0; index < flags.size(); ++index) {
      bytes[index / 8] = static_cast<char>(bytes[index / 8] | flags[index] << index % 8);
    }
    return bytes_of(bytes.data(), bytes.size());
  }

  const char* at_;
  const char* const end_;
  const char delimiter_;
  const std::string_view places_;
  std::vector<FluxValues> columns_;
  std::vector<FluxTableRows> tables_;
  std::vector<std::string_view> key_;
  size_t count_ = 0;
};

// Whether bytes are text; Python's own decoder judges what is not plain ASCII.
bool is_text(PyObject* bytes) {
  const char* data = PyBytes_AS_STRING(bytes);
  const Py_ssize_t size = PyBytes_GET_SIZE(bytes);
  Py_ssize_t at = 0;
  for (; size - at >= 8; at += 8) {
    if (word_at<uint64_t>(data + at) & 0x8080808080808080) break;
  }
  while (at < size && static_cast<signed char>(data[at]) >= 0) ++at;
  if (at == size) return true;
  const Ref text(PyUnicode_DecodeUTF8(data, size, nullptr));
  if (!text) PyErr_Clear();
  return static_cast<bool>(text);
}

}  // namespace

PyObject* read_flux_rows(PyObject*, PyObject* args) {
  return guarded([&]() -> PyObject* {
    PyObject* rows;
    const char* places;
    Py_ssize_t size;
    int delimiter;
    if (!PyArg_ParseTuple(args, "SCs#", &rows, &delimiter, &places, &size)) throw PythonError{};
    try {
      if (delimiter > 127 || !is_text(rows)) throw Irregular{};
      const std::string_view text(PyBytes_AS_STRING(rows), static_cast<size_t>(PyBytes_GET_SIZE(rows)));
      FluxReader reader(text, static_cast<char>(delimiter), {places, static_cast<size_t>(size)});
      reader.read();
      return reader.result();
    } catch (const Irregular&) {
      Py_RETURN_NONE;
    }
  });
}
