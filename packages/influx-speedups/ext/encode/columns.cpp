#include "encode/columns.hpp"

namespace {

// How many bytes behind the first one belong to it; -1 if it begins nothing. `low` and `high` bound
// the second byte.
int following(unsigned char first, unsigned char& low, unsigned char& high) {
  low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (first < 0x80) return 0;
  if (first < 0xc2 || first > 0xf4) return -1;
  return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
}

bool is_ascii(std::string_view bytes) {
  unsigned char all = 0;
  for (const char byte : bytes) all |= static_cast<unsigned char>(byte);
  return all < 0x80;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  if (is_ascii(bytes)) return true;
  for (size_t index = 0; index < bytes.size();) {
    unsigned char low, high;
    const int more = following(static_cast<unsigned char>(bytes[index++]), low, high);
    if (more < 0 || bytes.size() - index < static_cast<size_t>(more)) return false;
    for (int rest = 0; rest < more; ++rest, low = 0x80, high = 0xbf) {
      const auto byte = static_cast<unsigned char>(bytes[index++]);
      if (byte < low || byte > high) return false;
    }
  }
  return true;
}

Memory::Memory(PyObject* object) {
  if (object == Py_None) return;
  if (PyObject_GetBuffer(object, &view_, PyBUF_SIMPLE) < 0) throw PythonError{};
}

namespace {

PyObject* item(PyObject* description, Py_ssize_t index) {
  if (!PyTuple_Check(description) || PyTuple_GET_SIZE(description) != 7) {
    PyErr_SetString(PyExc_TypeError, "a column is a tuple of seven");
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
      offset_(count(item(description, 5))) {
  PyObject* dictionary = item(description, 6);
  if (dictionary != Py_None) dictionary_ = std::make_unique<const Column>(dictionary);
}
