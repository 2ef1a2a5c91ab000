#include "bulkhead/catalog/kernel/kernel.h"

#include <gtest/gtest.h>

#include "bulkhead/catalog/catalog_tester.h"
#include "tests/support/compress.h"

namespace bulkhead::catalog::kernel {
namespace {

constexpr std::string_view kBanner =
    "Linux version 6.6.8-arm64 (builder@host) (gcc 13.2.0) #1 SMP PREEMPT_DYNAMIC\n";

void put(std::string& bytes, std::size_t at, std::string_view text) {
  bytes.replace(at, text.size(), text);
}

/// A setup header of x86's boot protocol, and something behind it.
std::string bz_image(std::string_view version, bool is_64_bit = true, std::size_t at = 0x3000) {
  std::string bytes(96 << 10, '\x90');
  put(bytes, 0, "MZ");
  put(bytes, 0x202, "HdrS");
  put(bytes, 0x20E, std::string{char((at - 0x200) & 0xFF), char((at - 0x200) >> 8)});
  put(bytes, 0x236, is_64_bit ? std::string("\x01\0", 2) : std::string("\0\0", 2));
  put(bytes, at, std::string(version) + '\0');
  return bytes;
}

/// An Image of arm64, whose banner stands at `at`.
std::string arm64_image(std::size_t at = 70001, std::size_t size = 100'000) {
  std::string bytes(size, '\0');
  put(bytes, 0x38, "ARM\x64");
  put(bytes, at, kBanner);
  return bytes;
}

std::string zboot(const std::string& payload) {
  std::string bytes(4096, '\0');
  put(bytes, 0, std::string("MZ\0\0zimg\0\x10\0\0", 12));
  for (std::size_t i = 0; i < 4; ++i) bytes[12 + i] = char(payload.size() >> (8 * i) & 0xFF);
  put(bytes, 24, "gzip");
  return bytes + payload + std::string(9, 'x');
}

struct Case {
  std::string path, bytes, version, architecture;
  Origin origin;
  std::string_view why;
};

TEST(Kernel, ReadsImagesWhateverTheChunks) {
  using io::Compression;
  const std::string debian = "6.1.0-18-amd64 (debian-kernel@lists.debian.org) #1 SMP Debian 6.1.76";
  const std::vector<Case> kCases = {
      {"boot/vmlinuz-6.1.0-18-amd64", bz_image(debian), "6.1.0-18-amd64", "x86_64",
       Origin::embedded, "Debian"},
      {"boot/vmlinuz", bz_image("5.10.0"), "5.10.0", "x86_64", Origin::embedded, "no name"},
      {"boot/bzImage", bz_image("4.9.1 x", false), "4.9.1", "i686", Origin::embedded, "32 bits"},
      {"boot/vmlinuz-9.9.9", bz_image("6.1.2", true, 0x10100), "6.1.2", "x86_64", Origin::embedded,
       "a version far behind; what the image says counts"},
      {"boot/vmlinuz-6.1.7", bz_image("x"), "6.1.7", "x86_64", Origin::inferred, "none in it"},
      {"boot/Image", arm64_image(), "6.6.8-arm64", "aarch64", Origin::embedded, "arm64"},
      {"boot/vmlinuz-x", test_support::compress(arm64_image(), Compression::gzip), "6.6.8-arm64",
       "aarch64", Origin::embedded, "arm64, gzip"},
      {"boot/vmlinuz-x", test_support::compress(arm64_image(), Compression::zstd), "6.6.8-arm64",
       "aarch64", Origin::embedded, "arm64, zstd"},
      {"boot/vmlinuz-x", zboot(test_support::compress(arm64_image(), Compression::gzip)),
       "6.6.8-arm64", "aarch64", Origin::embedded, "EFI's zboot"},
      {"usr/lib/modules/6.7.1-arch1-1/vmlinuz", std::string(80 << 10, 'q'), "6.7.1-arch1-1", "",
       Origin::inferred, "told by its folder"},
      {"boot/vmlinux-5.5.5",
       "\x7f"
       "ELF" +
           std::string(70 << 10, '\0') + "Linux version 5.5.5",
       "5.5.5", "", Origin::embedded, "a banner at the very end"},
      {"boot/vmlinux-5.5.5",
       std::string(70 << 10, '\0') + "Linux version %s" + std::string(1, '\0') +
           "Linux version 5.5.6 (",
       "5.5.6", "", Origin::embedded, "a pattern before it"},
  };
  for (const Case& row : kCases) {
    SCOPED_TRACE(row.why);
    for (const std::size_t chunk : {1u, 7u, 600u, 4096u, 1u << 20}) {
      TestOptions options;
      options.chunk = chunk;
      const TestScan scan = run_inspector("kernel", {{row.path, row.bytes, 3}}, options);
      ASSERT_EQ(scan.inventory.packages.size(), 1u);
      const Package& package = scan.inventory.packages[0];
      EXPECT_EQ(package.name, "linux");
      EXPECT_EQ(package.type, PackageType::generic);
      EXPECT_EQ(package.version, row.version);
      EXPECT_EQ(package.architecture, row.architecture);
      EXPECT_EQ(package.origin, row.origin);
      EXPECT_EQ(package.locations, (std::vector<Location>{{3, "/" + row.path}}));
      EXPECT_TRUE(scan.notes.empty());
    }
  }
}

TEST(Kernel, FindsABannerAcrossAnyBorder) {
  for (std::size_t at = 65'380; at < 65'640; ++at) {  // a decoder's chunk is 65,536 bytes
    const std::string bytes = arm64_image(at, 70'000);
    for (const std::size_t chunk : {65'536u, 65'500u, 150u}) {
      TestOptions options;
      options.chunk = chunk;
      const TestScan scan = run_inspector("kernel", {{"boot/Image", bytes}}, options);
      ASSERT_EQ(scan.inventory.packages.size(), 1u) << at;
      EXPECT_EQ(scan.inventory.packages[0].version, "6.6.8-arm64");
    }
  }
}

TEST(Kernel, ListsAKernelAndItsModulesOnce) {
  const TestScan scan =
      run_inspector("kernel", {{"boot/vmlinuz-6.1.0", bz_image("6.1.0 x")},
                               {"lib/modules/6.1.0/modules.builtin", "kernel/a.ko\n", 1},
                               {"lib/modules/6.1.0/modules.order", "", 1},
                               {"usr/lib/modules/5.4.0/modules.order", "", 2},
                               {"usr/lib/modules/extramodules/modules.order", "", 2}});
  ASSERT_EQ(scan.inventory.packages.size(), 2u);
  EXPECT_EQ(scan.inventory.packages[0].purl, "pkg:generic/linux@5.4.0");
  EXPECT_EQ(scan.inventory.packages[0].origin, Origin::inferred);
  EXPECT_EQ(scan.inventory.packages[1].purl, "pkg:generic/linux@6.1.0?arch=x86_64");
  EXPECT_EQ(paths_of(scan.inventory.packages[1].files),
            (std::vector<std::string>{"boot/vmlinuz-6.1.0", "lib/modules/6.1.0/modules.builtin",
                                      "lib/modules/6.1.0/modules.order"}));
  EXPECT_TRUE(scan.notes.empty());
}

TEST(Kernel, LeavesAPackagesKernelToThePackage) {
  const std::string image = bz_image("6.1.0-18-amd64 x");
  Notes notes(10);
  const RunContext run = quiet_context();
  const ReadContext context{run, notes};
  const auto read = [&](std::string_view path, std::string_view bytes) {
    const auto reader = open({path, 0644, bytes.size()}, context);
    EXPECT_TRUE(reader->data(as_bytes(bytes)));
    return *reader->end();
  };
  const FactsPtr of_image = read("boot/vmlinuz-6.1.0-18-amd64", image);
  const FactsPtr of_list = read("usr/lib/modules/6.1.0-18-amd64/modules.order", "");
  const JoinFile files[] = {
      {"boot/vmlinuz-6.1.0-18-amd64", 0, of_image.get()},
      {"usr/lib/modules/6.1.0-18-amd64/modules.order", 0, of_list.get()},
  };
  for (const std::string_view owned :
       {"boot/vmlinuz-6.1.0-18-amd64", "lib/modules/6.1.0-18-amd64/modules.order", "boot/other"}) {
    SCOPED_TRACE(owned);
    Inventory inventory;
    inventory.packages.emplace_back().files.add(owned);
    join(files, inventory, notes);
    EXPECT_EQ(inventory.packages.size(), owned == "boot/other" ? 2u : 1u);
  }
  EXPECT_TRUE(notes.all().empty());
}

TEST(Kernel, SaysThatAnImageTellsNoVersion) {
  const TestScan large = run_inspector("kernel", {{"boot/vmlinuz", std::string(80 << 10, 'x')}});
  EXPECT_TRUE(large.inventory.packages.empty());
  EXPECT_TRUE(large.has_gap());
  EXPECT_EQ(large.notes[0].where, "/boot/vmlinuz");
  const TestScan small = run_inspector("kernel", {{"boot/vmlinuz-6.1.0.hmac", "6a0c"}});
  EXPECT_TRUE(small.inventory.packages.empty());
  EXPECT_TRUE(small.notes.empty());
}

TEST(Kernel, SurvivesDamageAtEveryByteOfItsHead) {
  const std::string images[] = {
      bz_image("6.1.0 x", true, 0x300),
      zboot(test_support::compress(arm64_image(200, 400), io::Compression::gzip)),
  };
  for (const std::string& good : images) {
    for (std::size_t at = 0; at < 0x400; ++at) {
      for (const char c : {'\0', '\xFF', ' '}) {
        std::string bad = good;
        bad[at] = c;
        const TestScan scan = run_inspector("kernel", {{"boot/vmlinuz-6.1.0", bad}});
        EXPECT_LE(scan.inventory.packages.size(), 1u);
        EXPECT_FALSE(scan.has_gap());  // the name tells
      }
      run_inspector("kernel", {{"boot/vmlinuz", good.substr(0, at)}});
    }
  }
}

}  // namespace
}  // namespace bulkhead::catalog::kernel
