// Documents for Python: read without its lock, then made into lists, tuples and tables.

#include <optional>

#include "json/json_columns.hpp"
#include "json/json_reader.hpp"
#include "json/json_table.hpp"
#include "module.hpp"

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

// Python's lock is not held while one of these lives.
class Unlocked {
 public:
  explicit Unlocked(bool wanted) : state_(wanted ? PyEval_SaveThread() : nullptr) {}
  Unlocked(const Unlocked&) = delete;
  Unlocked& operator=(const Unlocked&) = delete;
  ~Unlocked() {
    if (state_ != nullptr) PyEval_RestoreThread(state_);
  }

 private:
  PyThreadState* state_;
};

std::vector<ResultFound> read_unlocked(const View& view) {
  if (view.size() > INT32_MAX) throw Irregular{};
  const Unlocked unlocked(view.size() >= kLong);
  return read_results(view.bytes());
}

PyObject* tags_of(const SeriesFound& series) {
  Ref tags(checked(PyDict_New()));
  for (const auto& [name, value] : series.tags) {
    Ref key(new_text(name)), text(new_text(value));
    if (PyDict_SetItem(tags.get(), key.get(), text.get()) < 0) throw PythonError{};
  }
  return tags.release();
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
  Ref values(by_column ? new_columns(state.memory_type, std::move(*series.cells), series.columns)
                       : new_table(state.table_type, std::move(*series.cells)));
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

PyObject* read(const State& state, PyObject* document, bool by_column) {
  return guarded([&]() -> PyObject* {
    try {
      const View view(document);
      auto results = read_unlocked(view);
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

}  // namespace

PyObject* read_tables(PyObject* module, PyObject* document) { return read(state_of(module), document, false); }

PyObject* read_columns(PyObject* module, PyObject* document) { return read(state_of(module), document, true); }
