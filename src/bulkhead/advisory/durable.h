#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "bulkhead/base/error.h"

namespace bulkhead::advisory {

/// Waits until what was written to the file or folder `path` is on the disk.
Result<void> sync_file(const std::string& path);

Result<void> rename_file(const std::string& from, const std::string& to);

/// Replaces the file `name` in `folder` by `text`, at once: a reader sees the old text or the new
/// one, and after a crash one of the two is there.
Result<void> replace_file(const std::string& folder, const std::string& name,
                          std::string_view text);

/// The lock that writers of a store's `current` take; readers never do. Waits for another writer;
/// given back when the object goes or the process ends.
class WriteLock {
 public:
  static Result<WriteLock> take(const std::string& folder);
  /// A lock of another name, for as long as nobody else holds it: nothing where somebody does.
  /// @param path  A file, made where there is none, that stays.
  static Result<std::optional<WriteLock>> try_take(const std::string& path);
  WriteLock(WriteLock&& other) noexcept;
  WriteLock& operator=(WriteLock&&) = delete;
  ~WriteLock();

 private:
  explicit WriteLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace bulkhead::advisory
