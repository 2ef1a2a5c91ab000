#pragma once

#include <memory>
#include <string>

#include "bulkhead/model/inspector.h"

namespace bulkhead::catalog::kernel {

/// What a kernel's image says of itself.
struct ImageFacts final : Facts {
  std::string version;       // as `uname -r` tells it; empty: its file's name has to tell
  std::string architecture;  // as `uname -m` tells it; empty: not told

  std::uint64_t memory_bytes() const override {
    return sizeof(*this) + version.capacity() + architecture.capacity();
  }
};

/// Reads a kernel's image as it streams by. Of an x86 bzImage the setup header names where the
/// version stands. Every other image (arm64's and RISC-V's Image, an ELF file; plain, or compressed
/// with gzip, zstd, xz or bzip2; EFI's zboot around such a one) is searched for the line "Linux
/// version ..." that the kernel prints when it starts.
///
/// @return  ImageFacts; null for a file that is too small to be a kernel and says nothing. An image
///          without a version is for the join to judge by its name.
/// @see https://docs.kernel.org/arch/x86/boot.html, "kernel_version";
///      https://docs.kernel.org/arch/arm64/booting.html; linux, include/linux/pe.h and
///      drivers/firmware/efi/libstub/zboot-header.S; linux, init/version-timestamp.c
std::unique_ptr<FileReader> open_image(const ReadContext& context);

}  // namespace bulkhead::catalog::kernel
