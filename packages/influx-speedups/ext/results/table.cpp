// Tables as Python has them: `len(table)`, the rows as lists, tables put together.

#include "results/table.hpp"

#include <algorithm>

#include "module.hpp"
#include "results/csv_rows.hpp"
#include "results/rfc3339.hpp"

namespace {

// Keeps the cyclic garbage collector at rest: it would look at the rows again and again.
class AtRest {
 public:
  AtRest() : collecting_(PyGC_Disable()) {}
  AtRest(const AtRest&) = delete;
  AtRest& operator=(const AtRest&) = delete;
  ~AtRest() {
    if (collecting_) PyGC_Enable();
  }

 private:
  const int collecting_;
};

Table& of(PyObject* object) { return *reinterpret_cast<TableObject*>(object)->table; }

// A list of so many rows, each made by `make`.
template <typename Make>
PyObject* list_of(size_t count, Make make) {
  const AtRest at_rest;
  Ref rows(checked(PyList_New(static_cast<Py_ssize_t>(count))));
  for (size_t row = 0; row < count; ++row) {
    PyList_SET_ITEM(rows.get(), static_cast<Py_ssize_t>(row), make(row));
  }
  return rows.release();
}

PyObject* rfc3339(int64_t ns) {
  char text[kLongestTime];
  const auto size = static_cast<Py_ssize_t>(print_rfc3339(text, ns) - text);
  PyObject* made = checked(PyUnicode_New(size, 0x7f));
  std::memcpy(PyUnicode_DATA(made), text, size);
  return made;
}

PyObject* shown_time(int64_t ns, int64_t unit) {
  return unit ? checked(PyLong_FromLongLong(ns / unit)) : rfc3339(ns);
}

PyObject* lists(PyObject* self, PyObject* stop) {
  return guarded([&] {
    const Py_ssize_t count = PyNumber_AsSsize_t(stop, PyExc_OverflowError);
    if (count < 0) {
      if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "no fewer rows than none");
      throw PythonError{};
    }
    Table& table = of(self);
    return list_of(std::min(static_cast<size_t>(count), table.rows()),
                   [&table](size_t row) { return table.list(row); });
  });
}

// Throws PythonError if there is no such column, or no such unit.
TimeStyle time_style(const Table& table, Py_ssize_t column, int64_t unit) {
  if (column < 0 || static_cast<size_t>(column) >= table.width() || unit < 0) {
    PyErr_SetString(PyExc_ValueError, "there is no such column, or no such unit");
    throw PythonError{};
  }
  return {static_cast<size_t>(column), unit};
}

// Whether each value of a column is plainly a time, or null.
bool has_times(const Table& table, size_t column) {
  int64_t ns;
  for (size_t row = 0; row < table.rows(); ++row) {
    if (!table.is_null(row, column) && !table.time(row, column, ns)) return false;
  }
  return true;
}

// All rows, their times in a unit, or as text if it is 0; None if one is not plainly a time.
PyObject* shown(PyObject* self, PyObject* args) {
  Py_ssize_t place;
  long long unit;
  if (!PyArg_ParseTuple(args, "nL", &place, &unit)) return nullptr;
  Table& table = of(self);
  return guarded([&] {
    const size_t column = time_style(table, place, unit).column;
    if (!has_times(table, column)) return Py_NewRef(Py_None);
    return list_of(table.rows(), [&](size_t row) {
      int64_t ns;
      Ref list(table.list(row));
      if (table.time(row, column, ns)) PyList_SetItem(list.get(), column, shown_time(ns, unit));
      return list.release();
    });
  });
}

// All rows as lines of CSV behind some text; times, if there is a column of them, as `shown` has them.
// None if one is not plainly a time.
PyObject* csv(PyObject* self, PyObject* args) {
  const char* before;
  Py_ssize_t size, place = -1;
  long long unit = 0;
  if (!PyArg_ParseTuple(args, "s#|nL", &before, &size, &place, &unit)) return nullptr;
  const Table& table = of(self);
  return guarded([&] {
    std::optional<TimeStyle> times;
    if (PyTuple_GET_SIZE(args) > 1) {
      times = time_style(table, place, unit);
      if (!has_times(table, times->column)) return Py_NewRef(Py_None);
    }
    return csv_rows(table, {before, static_cast<size_t>(size)}, times);
  });
}

// The first and the last integer of a column; None if they do not increase from row to row.
PyObject* increasing(PyObject* self, PyObject* place) {
  const Table& table = of(self);
  return guarded([&] {
    const Py_ssize_t number = PyNumber_AsSsize_t(place, PyExc_OverflowError);
    if (PyErr_Occurred()) throw PythonError{};
    const Values& values = table.cells()[time_style(table, number, 0).column];
    for (size_t row = 0; row < table.rows(); ++row) {
      if (values.kinds[row] != Kind::kInteger) return Py_NewRef(Py_None);
      if (row && static_cast<int64_t>(values.words[row - 1]) >= static_cast<int64_t>(values.words[row])) return Py_NewRef(Py_None);
    }
    if (!table.rows()) return Py_NewRef(Py_None);
    return checked(Py_BuildValue("LL", static_cast<long long>(values.words[0]),
                                 static_cast<long long>(values.words[table.rows() - 1])));
  });
}

// One table of several, all of one width.
PyObject* joined(PyObject* self_type, PyObject* tables) {
  auto* const type = reinterpret_cast<PyTypeObject*>(self_type);
  Ref all(PySequence_Fast(tables, "tables are put together"));
  if (!all) return nullptr;
  const Py_ssize_t count = PySequence_Fast_GET_SIZE(all.get());
  PyObject** items = PySequence_Fast_ITEMS(all.get());
  for (Py_ssize_t index = 0; index < count; ++index) {
    if (!Py_IS_TYPE(items[index], type) || of(items[index]).width() != of(items[0]).width()) {
      PyErr_SetString(PyExc_TypeError, "only tables of one width can be put together");
      return nullptr;
    }
  }
  return guarded([&] {
    Cells cells(count ? of(items[0]).width() : 0);
    for (Py_ssize_t index = 0; index < count; ++index) cells.append(of(items[index]).cells());
    cells.finish();
    return new_table(type, std::move(cells));
  });
}

Py_ssize_t length(PyObject* self) { return static_cast<Py_ssize_t>(of(self).rows()); }

void dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  delete reinterpret_cast<TableObject*>(self)->table;
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef methods[] = {
    {"lists", lists, METH_O, nullptr},
    {"shown", shown, METH_VARARGS, nullptr},
    {"csv", csv, METH_VARARGS, nullptr},
    {"increasing", increasing, METH_O, nullptr},
    {"joined", joined, METH_O | METH_CLASS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot type_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
    {Py_sq_length, reinterpret_cast<void*>(length)},
    {Py_tp_methods, methods},
    {0, nullptr},
};

PyType_Spec spec = {"_influx_speedups.Table", sizeof(TableObject), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, type_slots};

}  // namespace

Table::~Table() {
  for (auto& texts : texts_) {
    for (PyObject* text : texts) Py_XDECREF(text);
  }
}

PyObject* new_value(const Cells& cells, size_t row, size_t column) {
  const Values& values = cells[column];
  switch (values.kinds[row]) {
    case Kind::kNull: return Py_NewRef(Py_None);
    case Kind::kFalse: return Py_NewRef(Py_False);
    case Kind::kTrue: return Py_NewRef(Py_True);
    case Kind::kInteger: return checked(PyLong_FromLongLong(static_cast<int64_t>(values.words[row])));
    case Kind::kUnsigned: return checked(PyLong_FromUnsignedLongLong(values.words[row]));
    case Kind::kFloat: return checked(PyFloat_FromDouble(values.number(row)));
    case Kind::kText: return new_text(values.texts[values.words[row]]);
  }
  Py_UNREACHABLE();
}

PyObject* Table::list(size_t row) {
  Ref made(checked(PyList_New(static_cast<Py_ssize_t>(width()))));
  for (size_t column = 0; column < width(); ++column) {
    PyList_SET_ITEM(made.get(), static_cast<Py_ssize_t>(column), value(row, column));
  }
  return made.release();
}

bool Table::time(size_t row, size_t column, int64_t& ns) const {
  const Values& values = cells_[column];
  ns = static_cast<int64_t>(values.words[row]);
  return values.kinds[row] == Kind::kInteger && ns >= -kMaxNs && ns <= kMaxNs;
}

// CellTexts that come again are made once.
PyObject* Table::text(size_t row, size_t column) {
  const CellTexts& known = cells_[column].texts;
  if (!known.distinct()) return new_value(cells_, row, column);
  const size_t position = cells_[column].words[row];
  auto& made = texts_[column];
  if (made.empty()) made.resize(known.size());
  if (made[position] == nullptr) made[position] = new_text(known[position]);
  return Py_NewRef(made[position]);
}

PyObject* new_table(PyTypeObject* type, Cells cells) {
  Ref made(checked(type->tp_alloc(type, 0)));
  reinterpret_cast<TableObject*>(made.get())->table = new Table(std::move(cells));
  return made.release();
}

bool add_table_type(PyObject* module) {
  PyTypeObject*& type = state_of(module).table_type;
  type = new_type(module, spec);
  return type != nullptr && PyModule_AddType(module, type) == 0;
}
