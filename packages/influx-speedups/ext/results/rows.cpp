// Rows of a table that look like influx_core's KeyedTuple, and are one: a value is made when somebody
// asks for it. What is out of the ordinary is left to a KeyedTuple of the same values.

#include <algorithm>

#include "results/table.hpp"
#include "module.hpp"
#include "numbers/times.hpp"

namespace {

constexpr Py_ssize_t kNoTime = -1;

// A table, and how its columns are called.
struct Rows {
  PyObject_HEAD
  PyObject* table;
  PyTypeObject* row_type;
  PyTypeObject* iterator_type;
  PyObject* columns;  // name to position
  PyObject* names;    // the same, without the names that a KeyedTuple has for itself
  Py_ssize_t time;    // the column of times, or kNoTime
  const DatetimeApi* datetime;

  Table& values() const { return *reinterpret_cast<TableObject*>(table)->table; }
};

// What a row has beside the members of a KeyedTuple, which stay empty.
struct Place {
  Rows* rows;
  size_t row;
};

struct Iterator {
  PyObject_HEAD
  Rows* rows;
  size_t next;
};

Place& place(PyObject* self) {
  const size_t offset = Py_TYPE(self)->tp_base->tp_basicsize;
  return *reinterpret_cast<Place*>(reinterpret_cast<char*>(self) + offset);
}

PyObject* object(PyTypeObject* type) { return reinterpret_cast<PyObject*>(type); }

PyObject* new_datetime(const DatetimeApi& api, int64_t ns) {
  const Moment moment = moment_of(ns);
  return checked(api.functions->DateTime_FromDateAndTime(
      moment.date.year, moment.date.month, moment.date.day, moment.hour, moment.minute, moment.second,
      moment.ns / 1000, api.utc(), api.functions->DateTimeType));
}

// The KeyedTuple of the same values.
PyObject* plain(PyObject* self) {
  const Place& at = place(self);
  Ref list(at.rows->values().list(at.row));
  PyTypeObject* keyed = Py_TYPE(self)->tp_base;
  return checked(PyObject_CallFunctionObjArgs(object(keyed), at.rows->columns, list.get(), nullptr));
}

// A value as rows show it: a time is a datetime.
PyObject* shown(PyObject* self, Py_ssize_t column) {
  const Place& at = place(self);
  Table& table = at.rows->values();
  if (column != at.rows->time || table.is_null(at.row, column)) return table.value(at.row, column);
  int64_t ns;
  if (table.time(at.row, column, ns)) return new_datetime(*at.rows->datetime, ns);
  Ref keyed(plain(self));
  Ref position(checked(PyLong_FromSsize_t(column)));
  return checked(PyObject_GetItem(keyed.get(), position.get()));
}

PyObject* get_attribute(PyObject* self, PyObject* name) {
  PyObject* position = PyDict_GetItemWithError(place(self).rows->names, name);
  if (position != nullptr) return guarded([&] { return shown(self, PyLong_AsSsize_t(position)); });
  if (PyErr_Occurred()) return nullptr;
  PyObject* found = PyObject_GenericGetAttr(self, name);
  if (found != nullptr || !PyErr_ExceptionMatches(PyExc_AttributeError)) return found;
  PyErr_Clear();
  return guarded([&] {
    Ref missing(checked(PyObject_GetAttrString(object(Py_TYPE(self)->tp_base), "__getattr__")));
    return PyObject_CallFunctionObjArgs(missing.get(), self, name, nullptr);
  });
}

PyObject* get_item(PyObject* self, PyObject* key) {
  const Rows& rows = *place(self).rows;
  const auto width = static_cast<Py_ssize_t>(rows.values().width());
  if (PyUnicode_CheckExact(key)) {
    PyObject* position = PyDict_GetItemWithError(rows.columns, key);
    if (position != nullptr) return guarded([&] { return shown(self, PyLong_AsSsize_t(position)); });
  } else if (PyLong_CheckExact(key)) {
    int overflow;
    const long long index = PyLong_AsLongLongAndOverflow(key, &overflow);
    const long long column = index < 0 ? index + width : index;
    if (!overflow && column >= 0 && column < width) return guarded([&] { return shown(self, column); });
  }
  if (PyErr_Occurred()) return nullptr;
  return guarded([&] {
    Ref keyed(plain(self));
    return PyObject_GetItem(keyed.get(), key);
  });
}

PyObject* iterate_values(PyObject* self) {
  return guarded([&] {
    const Place& at = place(self);
    Table& table = at.rows->values();
    Ref values(table.list(at.row));
    if (at.rows->time != kNoTime && !table.is_null(at.row, at.rows->time)) {
      int64_t ns;
      if (!table.time(at.row, at.rows->time, ns)) {
        Ref keyed(plain(self));
        return PyObject_GetIter(keyed.get());
      }
      PyList_SetItem(values.get(), at.rows->time, new_datetime(*at.rows->datetime, ns));
    }
    return PyObject_GetIter(values.get());
  });
}

Py_ssize_t width(PyObject* self) { return static_cast<Py_ssize_t>(place(self).rows->values().width()); }

PyObject* as_dict(PyObject* self, PyObject*) {
  return guarded([&] {
    Ref made(checked(PyDict_New()));
    Py_ssize_t next = 0;
    PyObject *name, *position;
    while (PyDict_Next(place(self).rows->columns, &next, &name, &position)) {
      Ref value(shown(self, PyLong_AsSsize_t(position)));
      if (PyDict_SetItem(made.get(), name, value.get()) < 0) throw PythonError{};
    }
    return made.release();
  });
}

// Copies are a KeyedTuple, which can be read where this module is not installed.
PyObject* reduce(PyObject* self, PyObject*) {
  return guarded([&] {
    const Place& at = place(self);
    PyObject* list = at.rows->values().list(at.row);
    return Py_BuildValue("O(ON)", Py_TYPE(self)->tp_base, at.rows->columns, list);
  });
}

PyObject* get_columns(PyObject* self, void*) { return Py_NewRef(place(self).rows->columns); }

PyObject* get_row(PyObject* self, void*) {
  return guarded([&] { return place(self).rows->values().list(place(self).row); });
}

PyObject* get_time_ns(PyObject* self, void*) {
  const Place& at = place(self);
  return guarded([&] {
    int64_t ns;
    if (at.rows->time != kNoTime && at.rows->values().time(at.row, at.rows->time, ns)) {
      return checked(PyLong_FromLongLong(ns));
    }
    Ref keyed(plain(self));
    return PyObject_GetAttrString(keyed.get(), "time_ns");
  });
}

// Rows take part in no cycle, so they are not tracked; their type says so only because KeyedTuple
// does.
int traverse_row(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  return 0;
}

void dealloc_row(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  Py_XDECREF(place(self).rows);
  PyObject_GC_Del(self);
  Py_DECREF(type);
}

PyMethodDef row_methods[] = {
    {"_asdict", as_dict, METH_NOARGS, PyDoc_STR("The columns and their values, as a new dict.")},
    {"__reduce__", reduce, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef row_members[] = {
    {"columns", get_columns, nullptr, PyDoc_STR("Column names and their positions."), nullptr},
    {"time_ns", get_time_ns, nullptr, PyDoc_STR("The time of the row in nanoseconds since 1970."), nullptr},
    {"_row", get_row, nullptr, nullptr, nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot row_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(dealloc_row)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse_row)},
    {Py_tp_getattro, reinterpret_cast<void*>(get_attribute)},
    {Py_mp_subscript, reinterpret_cast<void*>(get_item)},
    {Py_mp_length, reinterpret_cast<void*>(width)},
    {Py_sq_length, reinterpret_cast<void*>(width)},
    {Py_tp_iter, reinterpret_cast<void*>(iterate_values)},
    {Py_tp_methods, row_methods},
    {Py_tp_getset, row_members},
    {0, nullptr},
};

PyObject* next_row(PyObject* self) {
  Iterator& iterator = *reinterpret_cast<Iterator*>(self);
  if (iterator.next >= iterator.rows->values().rows()) return nullptr;
  PyObject* row = reinterpret_cast<PyObject*>(PyObject_GC_New(PyObject, iterator.rows->row_type));
  if (row == nullptr) return nullptr;
  std::memset(row + 1, 0, Py_TYPE(row)->tp_basicsize - sizeof(PyObject));
  Py_INCREF(iterator.rows);
  place(row) = {iterator.rows, iterator.next++};
  return row;
}

PyObject* remaining(PyObject* self, PyObject*) {
  const Iterator& iterator = *reinterpret_cast<Iterator*>(self);
  return PyLong_FromSize_t(iterator.rows->values().rows() - iterator.next);
}

void dealloc_iterator(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  Py_XDECREF(reinterpret_cast<Iterator*>(self)->rows);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef iterator_methods[] = {
    {"__length_hint__", remaining, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot iterator_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(dealloc_iterator)},
    {Py_tp_iter, reinterpret_cast<void*>(PyObject_SelfIter)},
    {Py_tp_iternext, reinterpret_cast<void*>(next_row)},
    {Py_tp_methods, iterator_methods},
    {0, nullptr},
};

PyType_Spec iterator_spec = {"_influx_speedups.RowIterator", sizeof(Iterator), 0,
                             Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, iterator_slots};

PyObject* iterate_rows(PyObject* self) {
  PyTypeObject* type = reinterpret_cast<Rows*>(self)->iterator_type;
  PyObject* made = type->tp_alloc(type, 0);
  if (made == nullptr) return nullptr;
  reinterpret_cast<Iterator*>(made)->rows = reinterpret_cast<Rows*>(Py_NewRef(self));
  return made;
}

void dealloc_rows(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  const Rows& rows = *reinterpret_cast<Rows*>(self);
  Py_XDECREF(rows.table);
  Py_XDECREF(rows.row_type);
  Py_XDECREF(rows.iterator_type);
  Py_XDECREF(rows.columns);
  Py_XDECREF(rows.names);
  type->tp_free(self);
  Py_DECREF(type);
}

PyType_Slot rows_slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(dealloc_rows)},
    {Py_tp_iter, reinterpret_cast<void*>(iterate_rows)},
    {0, nullptr},
};

PyType_Spec rows_spec = {"_influx_speedups.Rows", sizeof(Rows), 0,
                         Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, rows_slots};

bool is_special(PyObject* name) {
  return PyUnicode_GET_LENGTH(name) > 1 && PyUnicode_READ_CHAR(name, 0) == '_' && PyUnicode_READ_CHAR(name, 1) == '_';
}

// The columns that can be attributes: a type's own names come first, but for `time`, which is the column.
PyObject* attributes(PyTypeObject* type, PyObject* columns) {
  Ref found(checked(PyDict_New()));
  Py_ssize_t next = 0;
  PyObject *name, *position;
  while (PyDict_Next(columns, &next, &name, &position)) {
    const bool is_time = PyUnicode_CompareWithASCIIString(name, "time") == 0;
    if (!is_time && (is_special(name) || PyObject_HasAttr(object(type), name))) continue;
    if (PyDict_SetItem(found.get(), name, position) < 0) throw PythonError{};
  }
  return found.release();
}

void check_positions(PyObject* columns, size_t width) {
  Py_ssize_t next = 0;
  PyObject *name, *position;
  while (PyDict_Next(columns, &next, &name, &position)) {
    const Py_ssize_t column = PyLong_AsSsize_t(position);
    if (PyUnicode_CheckExact(name) && column >= 0 && static_cast<size_t>(column) < width) continue;
    if (!PyErr_Occurred()) PyErr_SetString(PyExc_ValueError, "columns are names and their positions");
    throw PythonError{};
  }
}

}  // namespace

PyObject* row_type(PyObject* module, PyObject* base) {
  if (!PyType_Check(base) || !PyType_HasFeature(reinterpret_cast<PyTypeObject*>(base), Py_TPFLAGS_HAVE_GC)) {
    PyErr_SetString(PyExc_TypeError, "rows are a kind of KeyedTuple");
    return nullptr;
  }
  const Py_ssize_t size = reinterpret_cast<PyTypeObject*>(base)->tp_basicsize + sizeof(Place);
  PyType_Spec spec = {"_influx_speedups.KeyedTuple", static_cast<int>(size), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION, row_slots};
  return PyType_FromModuleAndSpec(module, &spec, base);
}

PyObject* datetime_of(PyObject* module, PyObject* ns) {
  return guarded([&]() -> PyObject* {
    const int64_t value = PyLong_AsLongLong(ns);
    if (value == -1 && PyErr_Occurred()) throw PythonError{};
    return new_datetime(state_of(module).datetime, value);
  });
}

PyObject* rows(PyObject* module, PyObject* args) {
  const State& state = state_of(module);
  PyObject *type, *table, *columns;
  if (!PyArg_ParseTuple(args, "O!O!O!", &PyType_Type, &type, state.table_type, &table, &PyDict_Type, &columns)) {
    return nullptr;
  }
  auto* const kind = reinterpret_cast<PyTypeObject*>(type);
  if (kind->tp_dealloc != dealloc_row) {
    PyErr_SetString(PyExc_TypeError, "rows are of a type that row_type made");
    return nullptr;
  }
  return guarded([&] {
    Ref made(checked(state.rows_type->tp_alloc(state.rows_type, 0)));
    Rows& rows = *reinterpret_cast<Rows*>(made.get());
    rows.table = Py_NewRef(table);
    rows.row_type = reinterpret_cast<PyTypeObject*>(Py_NewRef(type));
    rows.iterator_type = reinterpret_cast<PyTypeObject*>(Py_NewRef(state.iterator_type));
    rows.datetime = &state.datetime;
    check_positions(columns, rows.values().width());
    rows.columns = checked(PyDict_Copy(columns));
    rows.names = attributes(kind, columns);
    PyObject* time = PyDict_GetItemString(columns, "time");
    rows.time = time == nullptr ? kNoTime : PyLong_AsSsize_t(time);
    return made.release();
  });
}

bool add_row_types(PyObject* module) {
  State& state = state_of(module);
  state.rows_type = new_type(module, rows_spec);
  state.iterator_type = new_type(module, iterator_spec);
  return state.rows_type != nullptr && state.iterator_type != nullptr;
}
