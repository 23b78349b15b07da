// Documents for Python: read without its lock, then made into lists, tuples and tables.

#include <optional>

#include "csv/csv_reader.hpp"
#include "json/json_reader.hpp"
#include "module.hpp"
#include "msgpack/msgpack_reader.hpp"
#include "results/column_parts.hpp"
#include "results/table.hpp"

namespace {

// So many bytes are worth letting others run.
constexpr Py_ssize_t kLong = 1 << 14;

// Bytes of anything that has some.
class View {
 public:
  explicit View(PyObject* object) {
    if (PyObject_GetBuffer(object, &view_, PyBUF_SIMPLE) < 0) throw PythonError{};
  }
  View(const View&) = delete;
  View& operator=(const View&) = delete;
  ~View() { PyBuffer_Release(&view_); }

  Py_ssize_t size() const { return view_.len; }
  std::string_view bytes() const { return {static_cast<const char*>(view_.buf), static_cast<size_t>(view_.len)}; }

 private:
  Py_buffer view_;
};

// Reads a document of one format.
using DocumentReader = std::vector<ResultFound>(std::string_view document);

std::vector<ResultFound> read_unlocked(DocumentReader read, const View& view) {
  if (view.size() > INT32_MAX) throw Irregular{};
  const Unlocked unlocked(view.size() >= kLong);
  return read(view.bytes());
}

PyObject* tags_of(const SeriesFound& series) {
  Ref tags(checked(PyDict_New()));
  for (const auto& [name, value] : series.tags) {
    Ref key(new_text(name)), text(new_text(value));
    if (PyDict_SetItem(tags.get(), key.get(), text.get()) < 0) throw PythonError{};
  }
  return tags.release();
}

// Cells for Python, by row or by column.
PyObject* values_of(const State& state, Cells cells, const std::vector<std::string>& names, bool by_column) {
  if (by_column) return new_columns(state.memory_type, std::move(cells), names);
  return new_table(state.table_type, std::move(cells));
}

PyObject* columns_of(const SeriesFound& series) {
  Ref columns(checked(PyTuple_New(static_cast<Py_ssize_t>(series.columns.size()))));
  Py_ssize_t position = 0;
  for (const std::string& name : series.columns) {
    PyObject* text = new_text(name);
    PyUnicode_InternInPlace(&text);  // attributes are found the faster
    PyTuple_SET_ITEM(columns.get(), position++, text);
  }
  return columns.release();
}

PyObject* series_of(const State& state, SeriesFound& series, bool by_column) {
  Ref name(new_text(series.name)), columns(columns_of(series)), tags(tags_of(series));
  Ref values(values_of(state, std::move(*series.cells), series.columns, by_column));
  return checked(Py_BuildValue("(NNNNN)", name.release(), columns.release(), values.release(),
                               tags.release(), PyBool_FromLong(series.partial)));
}

PyObject* result_of(const State& state, ResultFound& result, bool by_column) {
  Ref series(checked(PyTuple_New(static_cast<Py_ssize_t>(result.series.size()))));
  Py_ssize_t position = 0;
  for (SeriesFound& found : result.series) {
    PyTuple_SET_ITEM(series.get(), position++, series_of(state, found, by_column));
  }
  return checked(Py_BuildValue("(INN)", result.statement_id, series.release(), PyBool_FromLong(result.partial)));
}

PyObject* results_of(DocumentReader read, const State& state, PyObject* document, bool by_column) {
  return guarded([&]() -> PyObject* {
    try {
      const View view(document);
      auto results = read_unlocked(read, view);
      Ref list(checked(PyList_New(static_cast<Py_ssize_t>(results.size()))));
      Py_ssize_t position = 0;
      for (ResultFound& result : results) {
        PyList_SET_ITEM(list.get(), position++, result_of(state, result, by_column));
      }
      return list.release();
    } catch (const Irregular&) {
      Py_RETURN_NONE;
    }
  });
}

CsvFound csv_unlocked(const View& view, size_t start, std::string_view kinds, int keys) {
  const std::string_view records = view.bytes();
  if (view.size() > INT32_MAX || start >= records.size()) throw Irregular{};
  const std::string_view first = records.substr(start, kLong);
  const Unlocked unlocked(first.size() == kLong && first.find("\n\n") == first.npos);
  return read_csv(records, start, kinds, keys);
}

// Name, tags, values, and the positions of the columns with times.
PyObject* csv_series_of(const State& state, CsvSeries& series, bool by_column) {
  std::vector<std::string> names;
  Ref times(checked(PyList_New(0)));
  for (const bool timed : series.timed) {
    const Ref position(checked(PyLong_FromSize_t(names.size())));
    if (timed && PyList_Append(times.get(), position.get()) < 0) throw PythonError{};
    names.emplace_back(timed ? "time" : "");
  }
  Ref name(new_text(series.name)), tags(new_text(series.tags));
  Ref values(values_of(state, std::move(series.cells), names, by_column));
  return checked(Py_BuildValue("(NNNN)", name.release(), tags.release(), values.release(), times.release()));
}

// The series of records from a position on, and the position of a blank line behind them, or of the end;
// None if they are not regular.
PyObject* csv_of(const State& state, PyObject* args, bool by_column) {
  PyObject* records;
  Py_ssize_t start, size;
  const char* kinds;
  int keys;
  if (!PyArg_ParseTuple(args, "Ons#i", &records, &start, &kinds, &size, &keys)) return nullptr;
  return guarded([&]() -> PyObject* {
    try {
      const View view(records);
      CsvFound found = csv_unlocked(view, static_cast<size_t>(start), {kinds, static_cast<size_t>(size)}, keys);
      Ref list(checked(PyList_New(static_cast<Py_ssize_t>(found.series.size()))));
      Py_ssize_t position = 0;
      for (CsvSeries& series : found.series) {
        PyList_SET_ITEM(list.get(), position++, csv_series_of(state, series, by_column));
      }
      return checked(Py_BuildValue("(Nn)", list.release(), static_cast<Py_ssize_t>(found.end)));
    } catch (const Irregular&) {
      Py_RETURN_NONE;
    }
  });
}

}  // namespace

PyObject* read_csv_tables(PyObject* module, PyObject* args) { return csv_of(state_of(module), args, false); }

PyObject* read_csv_columns(PyObject* module, PyObject* args) { return csv_of(state_of(module), args, true); }

PyObject* read_json_tables(PyObject* module, PyObject* document) {
  return results_of(read_json, state_of(module), document, false);
}

PyObject* read_json_columns(PyObject* module, PyObject* document) {
  return results_of(read_json, state_of(module), document, true);
}

PyObject* read_msgpack_tables(PyObject* module, PyObject* document) {
  return results_of(read_msgpack, state_of(module), document, false);
}

PyObject* read_msgpack_columns(PyObject* module, PyObject* document) {
  return results_of(read_msgpack, state_of(module), document, true);
}

PyObject* skip_msgpack(PyObject*, PyObject* args) {
  PyObject* bytes;
  Py_ssize_t byte;
  unsigned long long values, most;
  if (!PyArg_ParseTuple(args, "OnKK", &bytes, &byte, &values, &most)) return nullptr;
  return guarded([&] {
    const View view(bytes);
    const Position at = skip_values(view.bytes(), {static_cast<size_t>(byte), values}, most);
    return checked(Py_BuildValue("nK", static_cast<Py_ssize_t>(at.byte), static_cast<unsigned long long>(at.values)));
  });
}
