#include "encode/columns.hpp"

Memory::Memory(PyObject* object) {
  if (object == Py_None) return;
  if (PyObject_GetBuffer(object, &view_, PyBUF_SIMPLE) < 0) throw PythonError{};
}

namespace {

PyObject* item(PyObject* description, Py_ssize_t index) {
  if (!PyTuple_Check(description) || PyTuple_GET_SIZE(description) != 8) {
    PyErr_SetString(PyExc_TypeError, "a column is a tuple of eight");
    throw PythonError{};
  }
  return PyTuple_GET_ITEM(description, index);
}

size_t count(PyObject* number) {
  const size_t found = PyLong_AsSize_t(number);
  if (found == static_cast<size_t>(-1) && PyErr_Occurred()) throw PythonError{};
  return found;
}

char first_letter(PyObject* text) {
  const char* letters = PyUnicode_AsUTF8(text);
  if (letters == nullptr) throw PythonError{};
  return letters[0];
}

}  // namespace

Column::Column(PyObject* description)
    : kind_(first_letter(item(description, 0))),
      length_(count(item(description, 1))),
      values_(item(description, 2)),
      offsets_(item(description, 3)),
      valid_(item(description, 4)),
      offset_(count(item(description, 5))),
      is_views_(item(description, 7) != Py_None) {
  PyObject* dictionary = item(description, 6);
  if (dictionary != Py_None) dictionary_ = std::make_unique<const Column>(dictionary);
  if (!is_views_) return;
  Ref texts(checked(PySequence_Tuple(item(description, 7))));
  for (Py_ssize_t index = 0; index < PyTuple_GET_SIZE(texts.get()); ++index) {
    texts_.emplace_back(PyTuple_GET_ITEM(texts.get(), index));
  }
}
