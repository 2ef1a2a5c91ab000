#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "bulkhead/model/report.h"

namespace bulkhead::report {

// The elements of Trivy's report, each as one line of JSON. Names and values are those of its
// pkg/fanal/types/artifact.go and pkg/types/vulnerability.go.

std::string trivy_layer(const LayerInfo& layer);

std::string trivy_package(const Package& package, const std::vector<LayerInfo>& layers);

std::string trivy_vulnerability(const Finding& finding, const Package& package,
                                const std::vector<LayerInfo>& layers);

/// A suppressed finding: `vulnerability` is what trivy_vulnerability gave.
std::string trivy_modified(const Suppression& suppression, std::string_view vulnerability);

/// A dpkg version in the parts that Trivy keeps apart.
struct DebVersion {
  unsigned epoch = 0;
  std::string_view version;
  std::string_view release;
};
DebVersion split_deb_version(std::string_view text);

}  // namespace bulkhead::report
