#pragma once

#include <string>
#include <string_view>

namespace bulkhead::report {

/// `bytes` as the text of an XML 1.0 element: UTF-8, with the markup characters as references and
/// U+FFFD for what XML cannot say at all (control characters, U+FFFE, U+FFFF).
/// @see XML 1.0 (fifth edition), section 2.2, "Char"; 2.11 for the carriage return.
std::string xml_text(std::string_view bytes);

/// The same between quotation marks, where line ends and tabs need references, too (3.3.3).
std::string xml_attribute(std::string_view bytes);

}  // namespace bulkhead::report
