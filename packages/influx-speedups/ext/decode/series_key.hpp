// The series key of a line, which is its measurement and tags; and a cache of short texts.
#pragma once

#include <array>
#include <vector>

#include "encode/escaping.hpp"

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
class ShortTexts {
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

// A measurement with its tags; each point gets a copy of the dict.
struct SeriesKey {
  std::string raw;
  Ref measurement;
  Ref tags;
};

// Reads a series key whose backslashes only escape; any other one is left to Python.
class SeriesKeyReader {
 public:
  SeriesKeyReader(std::string_view raw, ShortTexts& texts) : at_(raw.data()), end_(raw.data() + raw.size()), texts_(texts) {}

  bool read(SeriesKey& series_key) {
    if (at_ == end_ || *at_ == '#') return false;
    series_key.measurement = name(kInMeasurement);
    series_key.tags = Ref(checked(PyDict_New()));
    size_t count = 0;
    while (series_key.measurement && at_ < end_) {
      if (*at_++ != ',' || ++count > kMostTags) return false;
      const Ref key = name(kInKey);
      if (!key || at_ == end_ || *at_++ != '=') return false;
      const Ref value = name(kInKey);
      if (!value || PyDict_SetItem(series_key.tags.get(), key.get(), value.get()) < 0) return failed();
    }
    return series_key.measurement && static_cast<size_t>(PyDict_GET_SIZE(series_key.tags.get())) == count;
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
  ShortTexts& texts_;
  std::string text_;
};

// The series keys read before. Series often come in turn, so the first guess is the one that followed
// the last time; the second guess is found by the hash of the bytes.
class SeriesKeyCache {
 public:
  explicit SeriesKeyCache(ShortTexts& texts) : texts_(texts) {}

  // None if the series key is not regular; a result is valid until the next call.
  const SeriesKey* find(std::string_view raw) {
    next_ = next_ < series_keys_.size() ? next_ : 0;
    if (next_ < series_keys_.size() && is(series_keys_[next_], raw)) return &series_keys_[next_++];
    size_t& place = places_[hash_of(raw) % kMost];
    if (place < series_keys_.size() && is(series_keys_[place], raw)) {
      next_ = place + 1;
      return &series_keys_[place];
    }
    SeriesKey key;
    if (!SeriesKeyReader(raw, texts_).read(key)) return nullptr;
    key.raw = raw;
    if (series_keys_.size() == kMost) series_keys_.clear();
    place = series_keys_.size();
    series_keys_.push_back(std::move(key));
    next_ = series_keys_.size();
    return &series_keys_.back();
  }

 private:
  static constexpr size_t kMost = 4096;

  static bool is(const SeriesKey& key, std::string_view raw) {
    return key.raw.size() == raw.size() && same_bytes(key.raw.data(), raw.data(), raw.size());
  }

  ShortTexts& texts_;
  std::vector<SeriesKey> series_keys_;
  std::vector<size_t> places_ = std::vector<size_t>(kMost);
  size_t next_ = 0;
};
