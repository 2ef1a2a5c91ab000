#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace bulkhead {

/// Why an operation failed. Callers branch on this; people read `what`.
enum class Code { truncated, malformed, unsupported, limit_exceeded, not_found, io };

/// The name of `code` as reports write it: "truncated", "limit-exceeded", ...
std::string_view code_name(Code code);

/// `what` starts with the format and says what was wrong ("dpkg status: line has no colon");
/// `where` names the input ("sha256:ab12.../var/lib/dpkg/status") and is filled in by whoever
/// knows it; `offset` is the byte in that input where reading stopped.
struct Error {
  Code code = Code::malformed;
  std::string what;
  std::string where = {};
  std::uint64_t offset = 0;
};

template <class T>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(Code code, std::string what, std::uint64_t offset = 0) {
  return std::unexpected(Error{code, std::move(what), {}, offset});
}

/// Gives `error` a place, unless somebody closer to the input has named one already.
inline Error located(Error error, std::string_view where) {
  if (error.where.empty()) error.where = where;
  return error;
}

/// One line for people: "WHERE: WHAT (at byte OFFSET)".
std::string describe(const Error& error);

/// Unwraps a Result into `decl`, or returns its error from this function.
#define BH_TRY(decl, expr) BH_TRY_1(decl, expr, __COUNTER__)
#define BH_TRY_1(decl, expr, n) BH_TRY_2(decl, expr, n)
#define BH_TRY_2(decl, expr, n)                                     \
  auto bh_r##n = (expr);                                            \
  if (!bh_r##n) return std::unexpected(std::move(bh_r##n).error()); \
  decl = *std::move(bh_r##n)

/// The same for a Result<void>: returns its error, or goes on.
#define BH_CHECK(expr)                                       \
  do {                                                       \
    if (auto bh_checked = (expr); !bh_checked)               \
      return std::unexpected(std::move(bh_checked).error()); \
  } while (false)

}  // namespace bulkhead
