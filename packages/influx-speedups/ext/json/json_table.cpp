// Tables as Python has them: `len(table)`, the rows as lists, tables put together.

#include "json/json_table.hpp"

#include <algorithm>

#include "module.hpp"
#include "numbers/times.hpp"

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

char* print(char* out, int number, int digits) {
  for (int place = digits - 1; place >= 0; --place, number /= 10) out[place] = static_cast<char>('0' + number % 10);
  return out + digits;
}

// As influx_core prints times, and the server: no more decimals than needed.
PyObject* rfc3339(int64_t ns) {
  const Moment moment = moment_of(ns);
  char text[] = "0000-00-00T00:00:00.000000000Z";
  char* end = print(text, moment.date.year, 4) + 1;
  end = print(end, moment.date.month, 2) + 1;
  end = print(end, moment.date.day, 2) + 1;
  end = print(end, moment.hour, 2) + 1;
  end = print(end, moment.minute, 2) + 1;
  end = print(end, moment.second, 2);
  if (moment.ns) {
    end = print(end + 1, moment.ns, 9);
    while (end[-1] == '0') --end;
  }
  *end++ = 'Z';
  const auto size = static_cast<Py_ssize_t>(end - text);
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

// All rows, their times in a unit, or as text if it is 0; None if one is not plainly a time.
PyObject* shown(PyObject* self, PyObject* args) {
  Py_ssize_t column;
  long long unit;
  if (!PyArg_ParseTuple(args, "nL", &column, &unit)) return nullptr;
  Table& table = of(self);
  if (column < 0 || static_cast<size_t>(column) >= table.width() || unit < 0) {
    PyErr_SetString(PyExc_ValueError, "there is no such column, or no such unit");
    return nullptr;
  }
  int64_t ns;
  for (size_t row = 0; row < table.rows(); ++row) {
    if (!table.is_null(row, column) && !table.time(row, column, ns)) Py_RETURN_NONE;
  }
  return guarded([&] {
    return list_of(table.rows(), [&](size_t row) {
      Ref list(table.list(row));
      if (table.time(row, column, ns)) PyList_SetItem(list.get(), column, shown_time(ns, unit));
      return list.release();
    });
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
