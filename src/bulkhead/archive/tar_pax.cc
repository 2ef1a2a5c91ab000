#include "bulkhead/archive/tar_pax.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <tuple>

namespace bulkhead::archive {
namespace {

constexpr std::string_view kSchilyXattr = "SCHILY.xattr.";
constexpr std::string_view kLibarchiveXattr = "LIBARCHIVE.xattr.";
constexpr std::string_view kGnuSparse = "GNU.sparse.";

// Seconds, with a sign and a fraction; rounded down, as a time with nanoseconds would be kept.
std::optional<std::int64_t> parse_time(std::string_view text) {
  const bool is_negative = text.starts_with('-');
  if (is_negative) text.remove_prefix(1);
  const std::size_t dot = text.find('.');
  const std::string_view fraction =
      dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
  const auto whole = parse_decimal(text.substr(0, dot));
  if (!whole || fraction.find_first_not_of("0123456789") != std::string_view::npos)
    return std::nullopt;
  const auto value = static_cast<std::int64_t>(*whole);
  const bool has_rest = fraction.find_first_not_of('0') != std::string_view::npos;
  return is_negative ? -value - (has_rest ? 1 : 0) : value;
}

int base64_value(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

// Appends what `text` stands for; libarchive writes no padding.
bool append_base64(std::string_view text, std::string& out) {
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.size() % 4 == 1) return false;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const int value = base64_value(c);
    if (value < 0) return false;
    bits = (bits << 6 | static_cast<unsigned>(value)) & 0xffffffU;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out.push_back(static_cast<char>(bits >> count & 0xffU));
    }
  }
  return true;
}

bool append_percent(std::string_view text, std::string& out) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out.push_back(text[at]);
      continue;
    }
    unsigned value = 0;
    const std::string_view digits = text.substr(at + 1, 2);
    const auto [end, error] =
        std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    if (digits.size() != 2 || error != std::errc{} || end != digits.data() + 2) return false;
    out.push_back(static_cast<char>(value));
    at += 2;
  }
  return true;
}

// Each record adds less to `decoded` than it has bytes itself, so with the room reserved by
// `parse_pax` the views stay where they are.
bool add_libarchive_xattr(std::string_view name, std::string_view value, PaxRecords& out) {
  std::string& arena = out.decoded;
  const std::size_t start = arena.size();
  if (!append_percent(name, arena)) return false;
  const std::size_t middle = arena.size();
  if (!append_base64(value, arena)) return false;
  const std::string_view both = std::string_view(arena).substr(start);
  out.xattrs.emplace_back(both.substr(0, middle - start), both.substr(middle - start));
  return true;
}

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

void put_sparse(std::string_view key, std::string_view value, PaxSparse& sparse) {
  if (key == "major") sparse.major = value;
  if (key == "minor") sparse.minor = value;
  if (key == "name") sparse.name = value;
  if (key == "size") sparse.size = value;
  if (key == "realsize") sparse.real_size = value;
  if (key == "map") sparse.map = value;
  if (key != "offset" && key != "numbytes") return;
  sparse.is_out_of_turn |= (key == "offset") != (sparse.pairs.size() % 2 == 0);
  sparse.pairs.push_back(value);
}

// Marks a field as said by this header; false where an empty value takes it back.
bool mark(PaxField field, std::string_view value, PaxRecords& out) {
  out.named |= field;
  out.set &= ~static_cast<unsigned>(field);
  return !value.empty();
}

bool put_text(PaxField field, std::string_view value, std::string_view& slot, PaxRecords& out) {
  if (!mark(field, value, out)) return true;
  if (has_nul(value)) return false;
  slot = value;
  out.set |= field;
  return true;
}

template <class T>
bool put_number(PaxField field, std::string_view value, std::optional<T> number, T& slot,
                PaxRecords& out) {
  if (!mark(field, value, out)) return true;
  if (!number) return false;
  slot = *number;
  out.set |= field;
  return true;
}

// False where the value is none for this key. Keys that nobody here wants are passed over.
bool put_record(std::string_view key, std::string_view value, PaxRecords& out) {
  if (has_nul(key)) return false;
  if (key == "path") return put_text(kPaxPath, value, out.path, out);
  if (key == "linkpath") return put_text(kPaxLink, value, out.link, out);
  if (key == "size") return put_number(kPaxSize, value, parse_decimal(value), out.size_bytes, out);
  if (key == "uid") return put_number(kPaxUid, value, parse_decimal(value), out.uid, out);
  if (key == "gid") return put_number(kPaxGid, value, parse_decimal(value), out.gid, out);
  if (key == "mtime") {
    return put_number(kPaxMtime, value, parse_time(value), out.mtime_unix_s, out);
  }
  if (key.starts_with(kSchilyXattr)) {
    out.xattrs.emplace_back(key.substr(kSchilyXattr.size()), value);
  } else if (key.starts_with(kLibarchiveXattr)) {
    return add_libarchive_xattr(key.substr(kLibarchiveXattr.size()), value, out);
  } else if (key.starts_with(kGnuSparse)) {
    if (has_nul(value)) return false;
    put_sparse(key.substr(kGnuSparse.size()), value, out.sparse);
  }
  return true;
}

// The body "KEY=VALUE" of the record that `rest` starts with, taken off; none where the length
// does not fit.
std::optional<std::string_view> take_record(std::string_view& rest) {
  const std::size_t blank = rest.find_first_not_of("0123456789");
  if (blank == std::string_view::npos || blank == 0 || rest[blank] != ' ') return std::nullopt;
  const auto length = parse_decimal(rest.substr(0, blank));
  if (!length || *length > rest.size() || *length < blank + 2) return std::nullopt;
  const std::string_view record = rest.substr(0, *length);
  if (record.back() != '\n') return std::nullopt;
  rest.remove_prefix(record.size());
  return record.substr(blank + 1, record.size() - blank - 2);
}

// By name, each once. libarchive writes each attribute in both ways, and its own gives way to the
// other, which all readers know; of two written in one way the last holds. One with an empty value
// takes the name away, as in Go's reader.
void settle_xattrs(const std::string& decoded, std::vector<Xattr>& xattrs) {
  const std::less_equal<const char*> is_up_to;
  const auto rank = [&](const Xattr& xattr) {
    const char* value = xattr.second.data();
    const bool is_own =
        is_up_to(decoded.data(), value) && is_up_to(value, decoded.data() + decoded.size());
    return std::tuple(xattr.first, !is_own, value);  // later in the same buffer: later written
  };
  std::sort(xattrs.begin(), xattrs.end(),
            [&](const Xattr& a, const Xattr& b) { return rank(a) < rank(b); });
  std::size_t kept = 0;
  for (std::size_t at = 0; at < xattrs.size(); ++at) {
    const bool is_last = at + 1 == xattrs.size() || xattrs[at + 1].first != xattrs[at].first;
    if (is_last && !xattrs[at].second.empty()) xattrs[kept++] = xattrs[at];
  }
  xattrs.resize(kept);
}

}  // namespace

void PaxRecords::clear() {
  named = set = 0;
  xattrs.clear();
  decoded.clear();
  std::vector<std::string_view> pairs = std::move(sparse.pairs);
  pairs.clear();
  sparse = {};
  sparse.pairs = std::move(pairs);
}

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || stop != end || error != std::errc{} || value > INT64_MAX) {
    return std::nullopt;
  }
  return value;
}

std::optional<PaxProblem> parse_pax(std::string_view text, PaxRecords& out) {
  std::optional<PaxProblem> problem;
  const auto record_problem = [&](std::string_view at, std::string what, bool is_size_lost) {
    const auto offset = static_cast<std::uint64_t>(at.data() - text.data());
    if (!problem) problem = {{Code::malformed, std::move(what), {}, offset}, false};
    problem->is_size_lost |= is_size_lost;
  };
  out.clear();
  out.decoded.reserve(text.size());
  for (std::string_view rest = text; !rest.empty();) {
    const std::string_view start = rest;
    const auto body = take_record(rest);
    if (!body) {
      record_problem(start, "tar: extended header: a record's length does not fit",
                     start.find("size=") != std::string_view::npos);
      break;
    }
    const std::size_t equals = body->find('=');
    if (equals == std::string_view::npos || equals == 0) {
      record_problem(start, "tar: extended header: a record has no key and value", false);
    } else if (const std::string_view key = body->substr(0, equals);
               !put_record(key, body->substr(equals + 1), out)) {
      record_problem(start, "tar: extended header: a record's value is none for its key",
                     key == "size");
    }
  }
  settle_xattrs(out.decoded, out.xattrs);
  return problem;
}

}  // namespace bulkhead::archive
