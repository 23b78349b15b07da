// The measurement and the tags of a line, and texts that come again and again.
#pragma once

#include <array>
#include <vector>

#include "escaping.hpp"

constexpr size_t kMostTags = 64;

// A new str; none if the bytes are no UTF-8.
inline Ref decoded(std::string_view text) {
  Ref found(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), nullptr));
  if (!found) {
    if (!PyErr_ExceptionMatches(PyExc_UnicodeDecodeError)) throw PythonError{};
    PyErr_Clear();
  }
  return found;
}

inline uint64_t mixed(uint64_t seed, uint64_t word) {
  seed = (seed ^ word) * 0x9e3779b97f4a7c15u;
  return seed ^ seed >> 32;
}

inline uint64_t hash_of(std::string_view raw) {
  uint64_t seed = raw.size();
  if (raw.size() < 8) {
    uint64_t word = 0;
    for (const char sign : raw) word = word << 8 | static_cast<unsigned char>(sign);
    return mixed(seed, word);
  }
  const char* at = raw.data();
  const char* last = at + raw.size() - 8;
  for (; at < last; at += 8) seed = mixed(seed, word_at<uint64_t>(at));
  return mixed(seed, word_at<uint64_t>(last));
}

// Short texts met before: keys and values come again and again. Each has one place where it can be.
class Texts {
 public:
  // A str, new or not; none if the bytes are no UTF-8.
  Ref find(std::string_view raw) {
    if (raw.size() > kLongest) return decoded(raw);
    Ref& known = known_[hash_of(raw) % kMost];
    if (known && same(known.get(), raw)) return Ref::borrowed(known.get());
    Ref found = decoded(raw);
    if (found && PyUnicode_IS_COMPACT_ASCII(found.get())) known = Ref::borrowed(found.get());
    return found;
  }

 private:
  static constexpr size_t kMost = 512;
  static constexpr size_t kLongest = 32;

  static bool same(PyObject* known, std::string_view raw) {
    return static_cast<size_t>(PyUnicode_GET_LENGTH(known)) == raw.size() &&
           same_bytes(PyUnicode_DATA(known), raw.data(), raw.size());
  }

  std::array<Ref, kMost> known_;
};

// A measurement with its tags, as the dict that points get copies of.
struct Head {
  std::string raw;
  Ref measurement;
  Ref tags;
};

// Reads a head: names in which a backslash does nothing but escape; false if there is more to it.
class HeadReader {
 public:
  HeadReader(std::string_view raw, Texts& texts) : at_(raw.data()), end_(raw.data() + raw.size()), texts_(texts) {}

  bool read(Head& head) {
    if (at_ == end_ || *at_ == '#') return false;
    head.measurement = name(kInMeasurement);
    head.tags = Ref(checked(PyDict_New()));
    size_t count = 0;
    while (head.measurement && at_ < end_) {
      if (*at_++ != ',' || ++count > kMostTags) return false;
      const Ref key = name(kInKey);
      if (!key || at_ == end_ || *at_++ != '=') return false;
      const Ref value = name(kInKey);
      if (!value || PyDict_SetItem(head.tags.get(), key.get(), value.get()) < 0) return failed();
    }
    return head.measurement && static_cast<size_t>(PyDict_GET_SIZE(head.tags.get())) == count;
  }

 private:
  static bool failed() {
    if (PyErr_Occurred()) throw PythonError{};
    return false;
  }

  Ref name(unsigned char escaped) {
    text_.clear();
    for (; at_ < end_; ++at_) {
      auto sign = static_cast<unsigned char>(*at_);
      if (sign == '\\') {
        if (++at_ == end_ || !(kMeaning[sign = static_cast<unsigned char>(*at_)] & escaped)) return Ref();
      } else if (sign == '"' || kMeaning[sign] & kRefused) {
        return Ref();
      } else if (sign == ',' || (sign == '=' && escaped == kInKey)) {
        break;
      }
      text_.push_back(static_cast<char>(sign));
    }
    return text_.empty() ? Ref() : texts_.find(text_);
  }

  const char* at_;
  const char* end_;
  Texts& texts_;
  std::string text_;
};

// The heads met before. Series come in turn, so the first guess is the head that came next before;
// else a table tells by the hash of its bytes where one may be.
class Heads {
 public:
  explicit Heads(Texts& texts) : texts_(texts) {}

  // None if the head is not regular; else it is there until the next is looked for.
  const Head* find(std::string_view raw) {
    next_ = next_ < heads_.size() ? next_ : 0;
    if (next_ < heads_.size() && is(heads_[next_], raw)) return &heads_[next_++];
    size_t& place = places_[hash_of(raw) % kMost];
    if (place < heads_.size() && is(heads_[place], raw)) {
      next_ = place + 1;
      return &heads_[place];
    }
    Head head;
    if (!HeadReader(raw, texts_).read(head)) return nullptr;
    head.raw = raw;
    if (heads_.size() == kMost) heads_.clear();
    place = heads_.size();
    heads_.push_back(std::move(head));
    next_ = heads_.size();
    return &heads_.back();
  }

 private:
  static constexpr size_t kMost = 4096;

  static bool is(const Head& head, std::string_view raw) {
    return head.raw.size() == raw.size() && same_bytes(head.raw.data(), raw.data(), raw.size());
  }

  Texts& texts_;
  std::vector<Head> heads_;
  std::vector<size_t> places_ = std::vector<size_t>(kMost);
  size_t next_ = 0;
};
