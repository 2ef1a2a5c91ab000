#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::executable {

/// Programs and shared libraries, whatever they are called. A Mach-O file for several machines
/// begins as a Java class does; the number of machines tells them apart (a class has its version
/// there, 45 or more).
inline constexpr std::string_view kMagics[] = {
    "\x7f"
    "ELF",
    "MZ",
    "\xfe\xed\xfa\xce",
    "\xfe\xed\xfa\xcf",
    "\xce\xfa\xed\xfe",
    "\xcf\xfa\xed\xfe",
    {"\xca\xfe\xba\xbe\0\0\0\x01", 8},
    {"\xca\xfe\xba\xbe\0\0\0\x02", 8},
    {"\xca\xfe\xba\xbe\0\0\0\x03", 8},
};

/// Reads each file once, for all recognisers: libraries that were linked in.
std::unique_ptr<FileReader> open(const FileInfo& file, const ReadContext& context);
void join(std::span<const JoinFile> files, Inventory& out, Notes& notes);

}  // namespace bulkhead::catalog::executable
