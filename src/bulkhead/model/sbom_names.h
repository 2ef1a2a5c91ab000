#pragma once

#include <string_view>

/// The names under which Bulkhead's own lists of packages (CycloneDX, SPDX) carry what neither
/// format has a field for, so that a scan of the list finds what the scan of the image found. The
/// writers (report) and the reader (catalog/sbom) share them; docs/formats/sbom.md says what each
/// one means.
namespace bulkhead::sbom_names {

// Of a package.
inline constexpr std::string_view kId = "bulkhead:id";
inline constexpr std::string_view kOrigin = "bulkhead:origin";  // every package of ours has it
inline constexpr std::string_view kSourceName = "bulkhead:sourceName";
inline constexpr std::string_view kSourceVersion = "bulkhead:sourceVersion";
inline constexpr std::string_view kArchitecture = "bulkhead:architecture";
inline constexpr std::string_view kModule = "bulkhead:module";
inline constexpr std::string_view kVendor = "bulkhead:vendor";
inline constexpr std::string_view kOwner = "bulkhead:owner";
inline constexpr std::string_view kConfidence = "bulkhead:confidence";
inline constexpr std::string_view kEvidence = "bulkhead:evidence";
inline constexpr std::string_view kLocation = "bulkhead:location";  // "LAYER:PATH", in order

// Of the root: the target.
inline constexpr std::string_view kKind = "bulkhead:kind";
inline constexpr std::string_view kPlatform = "bulkhead:platform";
inline constexpr std::string_view kImageId = "bulkhead:imageId";
inline constexpr std::string_view kManifestDigest = "bulkhead:manifestDigest";
inline constexpr std::string_view kTag = "bulkhead:tag";
inline constexpr std::string_view kLayer = "bulkhead:layer";  // JSON, as in the report; in order
inline constexpr std::string_view kComplete = "bulkhead:complete";

// Of the operating system.
inline constexpr std::string_view kOsId = "bulkhead:osId";  // every system of ours has it
inline constexpr std::string_view kCodename = "bulkhead:codename";
inline constexpr std::string_view kPrettyName = "bulkhead:prettyName";
inline constexpr std::string_view kIdLike = "bulkhead:idLike";
inline constexpr std::string_view kVariant = "bulkhead:variant";
inline constexpr std::string_view kCpe = "bulkhead:cpe";
inline constexpr std::string_view kSourcePath = "bulkhead:sourcePath";
inline constexpr std::string_view kSupportEnds = "bulkhead:supportEnds";

}  // namespace bulkhead::sbom_names
