// Takes points that are put one at a time: writes each at once, behind those before it, and makes one
// chunk of all of them.

#include <limits>
#include <memory>

#include "encode/point_encoder.hpp"

namespace {

// The points taken since the last chunk.
struct Run {
  Run(const State& state, int64_t unit) : encoder(*state.row_memory, state.datetime, unit, nullptr) {}

  // Counts the point that the encoder wrote last.
  void add() {
    ++points;
    bytes += static_cast<Py_ssize_t>(encoder.line_size());
    earliest = std::min(earliest, encoder.units());
    latest = std::max(latest, encoder.units());
  }

  // Forgets the points; the encoder keeps what it has learned.
  void end() {
    encoder.clear();
    shared = Ref();
    points = bytes = 0;
    earliest = std::numeric_limits<int64_t>::max();
    latest = std::numeric_limits<int64_t>::min();
  }

  PointEncoder encoder;
  Ref shared;  // what its receipts and its chunk have in common
  Py_ssize_t points = 0, bytes = 0;
  int64_t earliest = std::numeric_limits<int64_t>::max();
  int64_t latest = std::numeric_limits<int64_t>::min();
};

struct Intake {
  PyObject_HEAD
  PyObject* make_shared;
  PyObject* make_receipt;
  PyObject* make_chunk;
  PyObject* now;  // returns the time of a point that has none, in units
  PyObject* point_type;
  Run* run;
  Py_ssize_t points_left, bytes_left;  // which may still be taken
};

Intake& intake_of(PyObject* self) { return *reinterpret_cast<Intake*>(self); }

// What the points of the run share; it begins with the first one.
Ref shared_of(const Intake& intake) {
  Run& run = *intake.run;
  if (!run.shared) {
    Ref made(checked(PyObject_CallNoArgs(intake.make_shared)));
    if (!run.shared) run.shared = std::move(made);  // else Python code has run, and begun it
  }
  return Ref::borrowed(run.shared.get());
}

Ref receipt_of(const Intake& intake, const Ref& shared, Py_ssize_t index) {
  const Ref number(checked(PyLong_FromSsize_t(index)));
  PyObject* const parts[] = {shared.get(), number.get()};
  return Ref(checked(PyObject_Vectorcall(intake.make_receipt, parts, 2, nullptr)));
}

// Writes a point behind the others, if it is regular and not too long.
bool write(Intake& intake, const PointType& type, PyObject* point, const Ref& now) {
  Members members;
  if (!type.members(point, members)) return false;
  if (members.timestamp == Py_None) {
    if (!now) return false;
    members.timestamp = now.get();
  }
  Run& run = *intake.run;
  if (!run.encoder.line(members)) return false;
  const auto size = static_cast<Py_ssize_t>(run.encoder.line_size());
  if (size > intake.bytes_left) {
    run.encoder.cut_line();
    return false;
  }
  run.add();
  --intake.points_left;
  intake.bytes_left -= size;
  return true;
}

// Python code runs only before the point is written: what it has put by then comes before the point.
PyObject* take(PyObject* self, PyObject* point) {
  Intake& intake = intake_of(self);
  if (intake.points_left <= 0) Py_RETURN_NONE;
  return guarded([&]() -> PyObject* {
    const State& state = state_of(Py_TYPE(self));
    Members members;
    if (!row_memory_for(state, intake.point_type).type.members(point, members)) return Py_NewRef(Py_None);
    Ref now;
    if (members.timestamp == Py_None) now = Ref(checked(PyObject_CallNoArgs(intake.now)));
    const Ref shared = shared_of(intake);
    const Py_ssize_t index = intake.run->points;
    Ref receipt = receipt_of(intake, shared, index);
    const bool current = intake.run->shared.get() == shared.get() && intake.run->points == index;
    if (!current || intake.points_left <= 0) return Py_NewRef(Py_None);
    const PointType& type = row_memory_for(state, intake.point_type).type;
    return write(intake, type, point, now) ? receipt.release() : Py_NewRef(Py_None);
  });
}

PyObject* allow(PyObject* self, PyObject* args) {
  Py_ssize_t points, bytes;
  if (!PyArg_ParseTuple(args, "nn", &points, &bytes)) return nullptr;
  Intake& intake = intake_of(self);
  const bool cleared = intake.point_type == nullptr;
  intake.points_left = cleared ? 0 : points;
  intake.bytes_left = bytes;
  Py_RETURN_NONE;
}

Ref taken_by(const Run& run) { return Ref(checked(Py_BuildValue("nn", run.points, run.bytes))); }

PyObject* taken(PyObject* self, PyObject*) {
  return guarded([&] { return taken_by(*intake_of(self).run).release(); });
}

Ref chunk_of(const Intake& intake) {
  const Run& run = *intake.run;
  const std::string_view text = run.encoder.text();
  const Ref lines(checked(PyBytes_FromStringAndSize(text.data(), static_cast<Py_ssize_t>(text.size()))));
  const Ref points(checked(PyLong_FromSsize_t(run.points)));
  const Ref earliest(checked(PyLong_FromLongLong(run.earliest))), latest(checked(PyLong_FromLongLong(run.latest)));
  const Ref shared = Ref::borrowed(run.shared.get());
  const Ref span(checked(PyTuple_Pack(2, earliest.get(), latest.get())));
  PyObject* const parts[] = {lines.get(), points.get(), span.get(), shared.get()};
  return Ref(checked(PyObject_Vectorcall(intake.make_chunk, parts, 4, nullptr)));
}

PyObject* end_run(PyObject* self, PyObject* chunks) {
  if (!PyList_Check(chunks)) {
    PyErr_SetString(PyExc_TypeError, "end_run(chunks): a list");
    return nullptr;
  }
  Intake& intake = intake_of(self);
  Run& run = *intake.run;
  return guarded([&]() -> PyObject* {
    for (;;) {
      Ref taken = taken_by(run);
      const Py_ssize_t points = run.points;
      if (points == 0 || intake.make_chunk == nullptr) return taken.release();
      const Ref shared = Ref::borrowed(run.shared.get());
      const Ref chunk = chunk_of(intake);
      if (run.shared.get() != shared.get() || run.points != points) continue;  // Python code has run
      if (PyList_Append(chunks, chunk.get()) < 0) throw PythonError{};
      run.end();
      return taken.release();
    }
  });
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  const Intake& intake = intake_of(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(intake.make_shared);
  Py_VISIT(intake.make_receipt);
  Py_VISIT(intake.make_chunk);
  Py_VISIT(intake.now);
  Py_VISIT(intake.point_type);
  if (intake.run != nullptr) Py_VISIT(intake.run->shared.get());
  return 0;
}

int clear(PyObject* self) {
  Intake& intake = intake_of(self);
  intake.points_left = 0;
  Py_CLEAR(intake.make_shared);
  Py_CLEAR(intake.make_receipt);
  Py_CLEAR(intake.make_chunk);
  Py_CLEAR(intake.now);
  Py_CLEAR(intake.point_type);
  if (intake.run != nullptr) intake.run->shared = Ref();
  return 0;
}

void dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  clear(self);
  delete intake_of(self).run;
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef methods[] = {
    {"take", take, METH_O, PyDoc_STR("Adds a point to the run, and returns its receipt; None if it is not regular, or not allowed.")},
    {"allow", allow, METH_VARARGS, PyDoc_STR("Sets how many points and bytes may be taken from now on.")},
    {"taken", taken, METH_NOARGS, PyDoc_STR("Returns how many points and bytes the run has.")},
    {"end_run", end_run, METH_O, PyDoc_STR("Appends the chunk of the run to a list; returns how many points and bytes it has.")},
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
  PyObject *unit, *point_type, *shared, *receipt, *chunk, *now;
  if (!PyArg_ParseTuple(args, "OO!OOOO", &unit, &PyType_Type, &point_type, &shared, &receipt, &chunk, &now)) {
    return nullptr;
  }
  return guarded([&] {
    const State& state = state_of(module);
    auto run = std::make_unique<Run>(state, unit_of(unit));
    PyObject* made = checked(state.intake_type->tp_alloc(state.intake_type, 0));
    Intake& intake = intake_of(made);
    intake.make_shared = Py_NewRef(shared);
    intake.make_receipt = Py_NewRef(receipt);
    intake.make_chunk = Py_NewRef(chunk);
    intake.now = Py_NewRef(now);
    intake.point_type = Py_NewRef(point_type);
    intake.run = run.release();
    return made;
  });
}

bool add_intake_type(PyObject* module) {
  PyTypeObject*& type = state_of(module).intake_type;
  type = new_type(module, spec);
  return type != nullptr;
}
