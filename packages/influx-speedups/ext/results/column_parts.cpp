// Columns: numbers are handed on in the memory they were read into.

#include "results/column_parts.hpp"

#include <algorithm>

#include "results/table.hpp"
#include "json/json_text.hpp"
#include "module.hpp"

namespace {

// Bytes that Python may look at.
struct Memory {
  PyObject_HEAD
  void* data;
  Py_ssize_t size;
};

Memory& memory(PyObject* object) { return *reinterpret_cast<Memory*>(object); }

template <typename Item>
PyObject* new_memory(PyTypeObject* type, Array<Item> items, size_t count) {
  PyObject* made = checked(type->tp_alloc(type, 0));
  memory(made).data = items.release();
  memory(made).size = static_cast<Py_ssize_t>(count * sizeof(Item));
  return made;
}

template <typename Item>
Array<Item> array_of(size_t count) {
  Array<Item> made;
  made.resize(count);
  return made;
}

int get_buffer(PyObject* self, Py_buffer* view, int flags) {
  return PyBuffer_FillInfo(view, self, memory(self).data, memory(self).size, 1, flags);
}

Py_ssize_t length(PyObject* self) { return memory(self).size; }

PyObject* reduce(PyObject* self, PyObject*) {
  PyObject* bytes = PyBytes_FromStringAndSize(static_cast<char*>(memory(self).data), memory(self).size);
  return bytes == nullptr ? nullptr : Py_BuildValue("O(N)", &PyBytes_Type, bytes);
}

void dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  std::free(memory(self).data);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef methods[] = {
    {"__reduce__", reduce, METH_NOARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot slots[] = {
    {Py_tp_dealloc, reinterpret_cast<void*>(dealloc)},
    {Py_bf_getbuffer, reinterpret_cast<void*>(get_buffer)},
    {Py_sq_length, reinterpret_cast<void*>(length)},
    {Py_tp_methods, methods},
    {0, nullptr},
};

PyType_Spec spec = {"_influx_speedups.Memory", sizeof(Memory), 0,
                    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION, slots};

constexpr Kinds kWhole = bit(Kind::kInteger) | bit(Kind::kUnsigned);
constexpr Kinds kNumbers = kWhole | bit(Kind::kFloat);
constexpr Kinds kFlags = bit(Kind::kFalse) | bit(Kind::kTrue);
constexpr Kinds kTexts = bit(Kind::kText);

bool only(Kinds found, Kinds expected) { return (found & ~expected) == 0; }

// A bit for each row, the lowest one first.
template <typename IsSet>
PyObject* bits(PyTypeObject* memory_type, size_t rows, IsSet is_set) {
  auto made = array_of<uint8_t>((rows + 7) / 8);
  for (size_t begin = 0; begin < rows; begin += 8) {
    unsigned byte = 0;
    for (size_t row = begin; row < std::min(begin + 8, rows); ++row) byte |= unsigned{is_set(row)} << (row - begin);
    made[begin / 8] = static_cast<uint8_t>(byte);
  }
  return new_memory(memory_type, std::move(made), (rows + 7) / 8);
}

// Makes the members of one column's tuple.
class ColumnMaker {
 public:
  ColumnMaker(PyTypeObject* memory_type, Cells& cells, size_t column)
      : memory_type_(memory_type), cells_(cells), values_(cells[column]), column_(column), rows_(cells.rows()) {}

  PyObject* make(bool is_time) {
    const Kinds found = values_.seen & static_cast<Kinds>(~bit(Kind::kNull));
    if (is_time) return times(found);
    if (found == 0) return checked(Py_BuildValue("(sny#OOO)", "null", static_cast<Py_ssize_t>(rows_), "", Py_ssize_t{0},
                                         Py_None, Py_None, Py_None));
    if (only(found, kFlags)) return flags();
    if (only(found, kNumbers)) return numbers(found);
    if (only(found, kTexts)) return texts();
    return objects();
  }

 private:
  bool there(size_t row) const { return values_.kinds[row] != Kind::kNull; }

  PyObject* tuple(const char* kind, Ref values, Ref offsets = Ref(), Ref dictionary = Ref()) {
    Ref valid(Py_NewRef(Py_None));
    if (values_.seen & bit(Kind::kNull)) valid = Ref(bits(memory_type_, rows_, [this](size_t row) { return there(row); }));
    const auto given = [](Ref& found) { return found ? found.release() : Py_NewRef(Py_None); };
    return checked(Py_BuildValue("(snNNNN)", kind, static_cast<Py_ssize_t>(rows_), values.release(), given(offsets),
                                 valid.release(), given(dictionary)));
  }

  PyObject* times(Kinds found) {
    if (!only(found, bit(Kind::kInteger))) throw Irregular{};
    return words("time");
  }

  PyObject* flags() {
    return tuple("boolean", Ref(bits(memory_type_, rows_, [this](size_t row) { return values_.kinds[row] == Kind::kTrue; })));
  }

  PyObject* numbers(Kinds found) {
    const bool whole = only(found, kWhole);
    if (whole && !(found & bit(Kind::kUnsigned))) return words("integer");
    if (whole && !negative()) return words("unsigned");
    if (found != bit(Kind::kFloat)) make_floats();
    return words("float");
  }

  PyObject* words(const char* kind) { return tuple(kind, memory(std::move(values_.words), rows_)); }

  template <typename Item>
  Ref memory(Array<Item> items, size_t count) {
    return Ref(new_memory(memory_type_, std::move(items), count));
  }

  bool negative() const {
    for (size_t row = 0; row < rows_; ++row) {
      if (values_.kinds[row] == Kind::kInteger && static_cast<int64_t>(values_.words[row]) < 0) return true;
    }
    return false;
  }

  void make_floats() {
    for (size_t row = 0; row < rows_; ++row) {
      uint64_t& word = values_.words[row];
      if (values_.kinds[row] == Kind::kFloat) continue;
      const double number = values_.kinds[row] == Kind::kUnsigned ? static_cast<double>(word)
                                                                  : static_cast<double>(static_cast<int64_t>(word));
      std::memcpy(&word, &number, sizeof word);
    }
  }

  // Strings have a dictionary if they come twice or more often.
  PyObject* texts() {
    return values_.texts.distinct() && values_.texts.size() <= rows_ / 2 ? known_texts() : all_texts();
  }

  PyObject* known_texts() {
    auto positions = array_of<int32_t>(rows_);
    for (size_t row = 0; row < rows_; ++row) positions[row] = static_cast<int32_t>(values_.words[row]);
    const CellTexts& known = values_.texts;
    auto [text, offsets] = strings(known.size(), [&](size_t index) { return known[index]; });
    Ref values(memory(std::move(positions), rows_));
    Ref dictionary(checked(Py_BuildValue("(nNN)", static_cast<Py_ssize_t>(known.size()), text.release(),
                                         offsets.release())));
    return tuple("string", std::move(values), Ref(), std::move(dictionary));
  }

  PyObject* all_texts() {
    auto [text, offsets] = strings(rows_, [this](size_t row) {
      return there(row) ? values_.texts[values_.words[row]] : std::string_view{};
    });
    return tuple("string", std::move(text), std::move(offsets));
  }

  // CellTexts one after another, and where each begins and the last one ends.
  template <typename At>
  std::pair<Ref, Ref> strings(size_t count, At at) {
    auto offsets = array_of<int64_t>(count + 1);
    int64_t end = offsets[0] = 0;
    for (size_t index = 0; index < count; ++index) offsets[index + 1] = end += static_cast<int64_t>(at(index).size());
    auto text = array_of<char>(static_cast<size_t>(end));
    for (size_t index = 0; index < count; ++index) {
      const std::string_view piece = at(index);
      if (!piece.empty()) copy_bytes(text.get() + offsets[index], piece.data(), piece.size());
    }
    Ref made(memory(std::move(text), static_cast<size_t>(end)));
    return {std::move(made), memory(std::move(offsets), count + 1)};
  }

  PyObject* objects() {
    Ref list(checked(PyList_New(static_cast<Py_ssize_t>(rows_))));
    for (size_t row = 0; row < rows_; ++row) {
      PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(row), new_value(cells_, row, column_));
    }
    return tuple("object", std::move(list));
  }

  PyTypeObject* const memory_type_;
  const Cells& cells_;
  Values& values_;
  const size_t column_;
  const size_t rows_;
};

}  // namespace

PyObject* new_columns(PyTypeObject* memory_type, Cells cells, const std::vector<std::string>& names) {
  Ref made(checked(PyTuple_New(static_cast<Py_ssize_t>(names.size()))));
  for (size_t column = 0; column < names.size(); ++column) {
    PyTuple_SET_ITEM(made.get(), static_cast<Py_ssize_t>(column),
                     ColumnMaker(memory_type, cells, column).make(names[column] == "time"));
  }
  return made.release();
}

bool add_memory_type(PyObject* module) {
  PyTypeObject*& type = state_of(module).memory_type;
  type = new_type(module, spec);
  return type != nullptr;
}
