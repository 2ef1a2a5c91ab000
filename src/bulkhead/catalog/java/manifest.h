#pragma once

#include <string>
#include <string_view>

namespace bulkhead::catalog::java {

/// What the main section of a jar's manifest says of what it is; empty where it says nothing or
/// has a template's leftover ("${project.version}").
struct Manifest {
  std::string implementation_title;
  std::string implementation_version;
  std::string implementation_vendor_id;  // often a group, though nothing asks for it
  std::string specification_title;
  std::string specification_version;
  std::string symbolic_name;  // OSGi, without its directives: "org.apache.commons.lang3"
  std::string bundle_version;
  std::string bundle_license;  // the first one, without its attributes
  std::string module_name;     // Automatic-Module-Name
  std::string group_id;        // Jenkins' plugins
  std::string short_name;
  std::string plugin_version;

  /// One of the JDK's own jars (jrt-fs.jar, rt.jar), which is no package of its own.
  bool is_runtime() const { return implementation_title == "Java Runtime Environment"; }
};

/// Reads a META-INF/MANIFEST.MF. Lines end in "\n", "\r\n" or "\r"; one that begins with a space
/// goes on with the line before; names are without case. A line that is none of these is passed
/// over, as are blank lines in front.
///
/// @see JAR File Specification, "JAR Manifest"; OSGi Core 8, 3.2.1.
Manifest parse_manifest(std::string_view text);

}  // namespace bulkhead::catalog::java
