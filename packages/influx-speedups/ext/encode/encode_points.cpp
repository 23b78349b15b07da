// Points that are written at once, or one alone: see point_encoder.hpp.

#include "encode/point_encoder.hpp"

namespace {

// Writes all points of an iterable.
void write_all(PointEncoder& encoder, PyObject* points) {
  const Ref remaining(checked(PyObject_GetIter(points)));
  const iternextfunc next = Py_TYPE(remaining.get())->tp_iternext;
  for (;;) {
    const Ref point(next(remaining.get()));
    if (!point) break;
    encoder.write(point.get());
  }
  if (!PyErr_Occurred()) return;
  if (!PyErr_ExceptionMatches(PyExc_StopIteration)) throw PythonError{};
  PyErr_Clear();
}

}  // namespace

RowMemory* new_row_memory() { return new (std::nothrow) RowMemory; }
void free_row_memory(RowMemory* memory) { delete memory; }
int traverse_row_memory(const RowMemory& memory, visitproc visit, void* arg) {
  Py_VISIT(memory.type.known());
  return 0;
}
void forget_rows(RowMemory& memory) { memory.type = PointType(); }

PyObject* encode_point(PyObject* module, PyObject* const* args, Py_ssize_t count) {
  if (count != 3 || !PyType_Check(args[2])) {
    PyErr_SetString(PyExc_TypeError, "encode_point(point, unit, point_type)");
    return nullptr;
  }
  return guarded([=] {
    const State& state = state_of(module);
    PointEncoder encoder(row_memory_for(state, args[2]), state.datetime, unit_of(args[1]), nullptr);
    return encoder.line(args[0]) ? encoder.finish() : Py_NewRef(Py_None);
  });
}

PyObject* encode(PyObject* module, PyObject* const* args, Py_ssize_t count) {
  if (count != 4 || !PyType_Check(args[2])) {
    PyErr_SetString(PyExc_TypeError, "encode(points, unit, point_type, fallback)");
    return nullptr;
  }
  return guarded([=] {
    const int64_t unit = unit_of(args[1]);
    const State& state = state_of(module);
    PointEncoder encoder(row_memory_for(state, args[2]), state.datetime, unit, args[3]);
    write_all(encoder, args[0]);
    return encoder.finish();
  });
}
