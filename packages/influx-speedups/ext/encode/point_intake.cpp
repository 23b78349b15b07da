// Takes points that are put one at a time: each is written at once, and appended to a list of chunks
// with its receipt.

#include "encode/point_encoder.hpp"

namespace {

struct Intake {
  PyObject_HEAD
  PyObject* chunks;       // a list
  PyObject* receipt;      // makes a receipt
  PyObject* chunk;        // makes a chunk of lines, a number of points, their span, and the receipt
  PyObject* now;          // returns the time of a point that has none, in units
  PyObject* point_type;
  int64_t unit;
  Py_ssize_t points_left, bytes_left;    // which may still be taken
  Py_ssize_t points_taken, bytes_taken;
};

Intake& intake_of(PyObject* self) { return *reinterpret_cast<Intake*>(self); }

// A point's line, and its time in units; null if it is not regular.
Ref write(const Intake& intake, const State& state, PyObject* point, Ref& time) {
  RowMemory& memory = row_memory_for(state, intake.point_type);
  Members members;
  if (!memory.type.members(point, members)) return Ref();
  time = Ref::borrowed(members.timestamp);
  if (time.get() == Py_None) {
    time = Ref(checked(PyObject_CallNoArgs(intake.now)));
    // Python code has run, so the point may have changed, and the memory may be for another class.
    if (!row_memory_for(state, intake.point_type).type.members(point, members)) return Ref();
    members.timestamp = time.get();
  }
  PointEncoder encoder(memory, state.datetime, intake.unit, nullptr);
  Ref line(encoder.single(members));
  if (line && !PyLong_CheckExact(time.get())) time = Ref(checked(PyLong_FromLongLong(encoder.units())));
  return line;
}

Ref new_chunk(const Intake& intake, const Ref& line, const Ref& time, const Ref& receipt) {
  const Ref span(checked(PyTuple_Pack(2, time.get(), time.get())));
  PyObject_GC_UnTrack(span.get());  // integers are in no cycle, and there are as many spans as points
  const Ref one(checked(PyLong_FromLong(1)));
  PyObject* const parts[] = {line.get(), one.get(), span.get(), receipt.get()};
  return Ref(checked(PyObject_Vectorcall(intake.chunk, parts, 4, nullptr)));
}

bool has_room(const Intake& intake, Py_ssize_t size) { return intake.points_left > 0 && size <= intake.bytes_left; }

PyObject* take(PyObject* self, PyObject* point) {
  Intake& intake = intake_of(self);
  if (intake.points_left <= 0) Py_RETURN_NONE;
  return guarded([&]() -> PyObject* {
    Ref time;
    const Ref line = write(intake, state_of(Py_TYPE(self)), point, time);
    if (!line) return Py_NewRef(Py_None);
    const Py_ssize_t size = PyBytes_GET_SIZE(line.get());
    if (!has_room(intake, size)) return Py_NewRef(Py_None);
    Ref receipt(checked(PyObject_CallNoArgs(intake.receipt)));
    const Ref chunk = new_chunk(intake, line, time, receipt);
    // Python code may have run, and taken a point or all room.
    if (!has_room(intake, size)) return Py_NewRef(Py_None);
    if (PyList_Append(intake.chunks, chunk.get()) < 0) throw PythonError{};
    --intake.points_left;
    intake.bytes_left -= size;
    ++intake.points_taken;
    intake.bytes_taken += size;
    return receipt.release();
  });
}

PyObject* allow(PyObject* self, PyObject* args) {
  Py_ssize_t points, bytes;
  if (!PyArg_ParseTuple(args, "nn", &points, &bytes)) return nullptr;
  intake_of(self).points_left = points;
  intake_of(self).bytes_left = bytes;
  Py_RETURN_NONE;
}

PyObject* taken(PyObject* self, PyObject*) {
  return Py_BuildValue("nn", intake_of(self).points_taken, intake_of(self).bytes_taken);
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  const Intake& intake = intake_of(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(intake.chunks);
  Py_VISIT(intake.receipt);
  Py_VISIT(intake.chunk);
  Py_VISIT(intake.now);
  Py_VISIT(intake.point_type);
  return 0;
}

int clear(PyObject* self) {
  Intake& intake = intake_of(self);
  intake.points_left = 0;
  Py_CLEAR(intake.chunks);
  Py_CLEAR(intake.receipt);
  Py_CLEAR(intake.chunk);
  Py_CLEAR(intake.now);
  Py_CLEAR(intake.point_type);
  return 0;
}

void dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  clear(self);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef methods[] = {
    {"take", take, METH_O, PyDoc_STR("Appends the chunk of a point, and returns its receipt; None if it is not regular, or not allowed.")},
    {"allow", allow, METH_VARARGS, PyDoc_STR("Sets how many points and bytes may be taken from now on.")},
    {"taken", taken, METH_NOARGS, PyDoc_STR("Returns how many points and bytes were taken in all.")},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_methods, methods},
    {0, nullptr},
};

PyType_Spec spec = {"_influx_speedups.PointIntake", sizeof(Intake), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};

}  // namespace

PyObject* point_intake(PyObject* module, PyObject* args) {
  PyObject *chunks, *unit, *point_type, *receipt, *chunk, *now;
  if (!PyArg_ParseTuple(args, "O!OO!OOO", &PyList_Type, &chunks, &unit, &PyType_Type, &point_type, &receipt, &chunk,
                        &now)) {
    return nullptr;
  }
  return guarded([&] {
    const int64_t units = unit_of(unit);
    PyTypeObject* type = state_of(module).intake_type;
    PyObject* made = checked(type->tp_alloc(type, 0));
    Intake& intake = intake_of(made);
    intake.chunks = Py_NewRef(chunks);
    intake.receipt = Py_NewRef(receipt);
    intake.chunk = Py_NewRef(chunk);
    intake.now = Py_NewRef(now);
    intake.point_type = Py_NewRef(point_type);
    intake.unit = units;
    return made;
  });
}

bool add_intake_type(PyObject* module) {
  PyTypeObject*& type = state_of(module).intake_type;
  type = new_type(module, spec);
  return type != nullptr;
}
