#include "bulkhead/catalog/java/groups.h"

#include <charconv>

namespace bulkhead::catalog::java {
namespace {

struct Row {
  std::string_view artifact;  // a "*" at its end stands for anything
  std::string_view group;
  std::string_view renamed = {};  // what Maven calls it
  int from_major = 0;             // holds for versions from here
};

// Built without Maven (Gradle, Ant), stripped by their own builds, or named by a distribution of
// their own (Tomcat's lib folder). The first row that fits decides.
//
// Source: the artifacts' pages on the central repository.
constexpr Row kRows[] = {
    {"HikariCP*", "com.zaxxer"},
    {"activemq-*", "org.apache.activemq"},
    {"aopalliance", "aopalliance"},
    {"asm", "org.ow2.asm"},
    {"asm-analysis", "org.ow2.asm"},
    {"asm-commons", "org.ow2.asm"},
    {"asm-tree", "org.ow2.asm"},
    {"asm-util", "org.ow2.asm"},
    {"aspectjrt", "org.aspectj"},
    {"aspectjweaver", "org.aspectj"},
    {"bcmail-*", "org.bouncycastle"},
    {"bcpg-*", "org.bouncycastle"},
    {"bcpkix-*", "org.bouncycastle"},
    {"bcprov-*", "org.bouncycastle"},
    {"bctls-*", "org.bouncycastle"},
    {"bcutil-*", "org.bouncycastle"},
    {"c3p0", "com.mchange"},
    {"catalina", "org.apache.tomcat", "tomcat-catalina"},
    {"catalina-ha", "org.apache.tomcat", "tomcat-catalina-ha"},
    {"catalina-tribes", "org.apache.tomcat", "tomcat-tribes"},
    {"cglib", "cglib"},
    {"commons-beanutils", "commons-beanutils"},
    {"commons-cli", "commons-cli"},
    {"commons-codec", "commons-codec"},
    {"commons-collections", "commons-collections"},
    {"commons-collections4", "org.apache.commons"},
    {"commons-compress", "org.apache.commons"},
    {"commons-configuration", "commons-configuration"},
    {"commons-configuration2", "org.apache.commons"},
    {"commons-fileupload", "commons-fileupload"},
    {"commons-httpclient", "commons-httpclient"},
    {"commons-io", "commons-io"},
    {"commons-lang", "commons-lang"},
    {"commons-lang3", "org.apache.commons"},
    {"commons-logging", "commons-logging"},
    {"commons-net", "commons-net"},
    {"commons-text", "org.apache.commons"},
    {"derby*", "org.apache.derby"},
    {"dom4j", "org.dom4j", {}, 2},
    {"dom4j", "dom4j"},
    {"elasticsearch*", "org.elasticsearch"},
    {"fastjson", "com.alibaba"},
    {"freemarker", "org.freemarker"},
    {"groovy*", "org.apache.groovy", {}, 4},
    {"groovy*", "org.codehaus.groovy"},
    {"grpc-*", "io.grpc"},
    {"gson", "com.google.code.gson"},
    {"guava", "com.google.guava"},
    {"h2", "com.h2database"},
    {"hibernate-commons-annotations", "org.hibernate.common"},
    {"hibernate-core*", "org.hibernate.orm", {}, 6},
    {"hibernate-core*", "org.hibernate"},
    {"hibernate-entitymanager", "org.hibernate"},
    {"hibernate-validator", "org.hibernate.validator", {}, 6},
    {"hibernate-validator", "org.hibernate"},
    {"hsqldb", "org.hsqldb"},
    {"httpclient", "org.apache.httpcomponents"},
    {"httpcore", "org.apache.httpcomponents"},
    {"jackson-annotations", "com.fasterxml.jackson.core"},
    {"jackson-core", "com.fasterxml.jackson.core"},
    {"jackson-databind", "com.fasterxml.jackson.core"},
    {"jasper", "org.apache.tomcat", "tomcat-jasper"},
    {"jasper-el", "org.apache.tomcat", "tomcat-jasper-el"},
    {"javax.inject", "javax.inject"},
    {"jedis", "redis.clients"},
    {"jetty-*", "org.eclipse.jetty"},
    {"joda-time", "joda-time"},
    {"jsr305", "com.google.code.findbugs"},
    {"junit", "junit"},
    {"junit-jupiter*", "org.junit.jupiter"},
    {"junit-platform-*", "org.junit.platform"},
    {"kafka-clients", "org.apache.kafka"},
    {"kafka-streams", "org.apache.kafka"},
    {"kafka_2*", "org.apache.kafka"},
    {"kotlin-*", "org.jetbrains.kotlin"},
    {"kotlinx-*", "org.jetbrains.kotlinx"},
    {"lettuce-core", "io.lettuce"},
    {"log4j", "log4j"},
    {"log4j-*", "org.apache.logging.log4j"},
    {"logback-*", "ch.qos.logback"},
    {"lucene-*", "org.apache.lucene"},
    {"lz4-java", "org.lz4"},
    {"micrometer-*", "io.micrometer"},
    {"mockito-*", "org.mockito"},
    {"mysql-connector-j", "com.mysql"},
    {"mysql-connector-java", "mysql"},
    {"netty-*", "io.netty"},
    {"objenesis", "org.objenesis"},
    {"ojdbc*", "com.oracle.database.jdbc"},
    {"okhttp", "com.squareup.okhttp3", {}, 3},
    {"okhttp-*", "com.squareup.okhttp3", {}, 3},
    {"okhttp", "com.squareup.okhttp"},
    {"okio*", "com.squareup.okio"},
    {"opentest4j", "org.opentest4j"},
    {"poi", "org.apache.poi"},
    {"poi-*", "org.apache.poi"},
    {"postgresql", "org.postgresql"},
    {"protobuf-java*", "com.google.protobuf"},
    {"quartz", "org.quartz-scheduler"},
    {"reactive-streams", "org.reactivestreams"},
    {"reactor-core", "io.projectreactor"},
    {"reactor-netty*", "io.projectreactor.netty"},
    {"retrofit", "com.squareup.retrofit2", {}, 2},
    {"rxjava", "io.reactivex.rxjava3", {}, 3},
    {"rxjava", "io.reactivex.rxjava2", {}, 2},
    {"rxjava", "io.reactivex"},
    {"scala-compiler", "org.scala-lang"},
    {"scala-library", "org.scala-lang"},
    {"scala-reflect", "org.scala-lang"},
    {"scala3-library_3", "org.scala-lang"},
    {"shiro-*", "org.apache.shiro"},
    {"slf4j-*", "org.slf4j"},
    {"snakeyaml", "org.yaml"},
    {"snappy-java", "org.xerial.snappy"},
    {"solr-*", "org.apache.solr"},
    {"spring-amqp", "org.springframework.amqp"},
    {"spring-batch-*", "org.springframework.batch"},
    {"spring-boot", "org.springframework.boot"},
    {"spring-boot-*", "org.springframework.boot"},
    {"spring-cloud-*", "org.springframework.cloud"},
    {"spring-data-*", "org.springframework.data"},
    {"spring-hateoas", "org.springframework.hateoas"},
    {"spring-integration-*", "org.springframework.integration"},
    {"spring-kafka*", "org.springframework.kafka"},
    {"spring-ldap-*", "org.springframework.ldap"},
    {"spring-plugin-*", "org.springframework.plugin"},
    {"spring-rabbit*", "org.springframework.amqp"},
    {"spring-retry", "org.springframework.retry"},
    {"spring-security-oauth2", "org.springframework.security.oauth"},
    {"spring-security-*", "org.springframework.security"},
    {"spring-session-*", "org.springframework.session"},
    {"spring-statemachine-*", "org.springframework.statemachine"},
    {"spring-webflow", "org.springframework.webflow"},
    {"spring-ws-*", "org.springframework.ws"},
    {"spring-xml", "org.springframework.ws"},
    {"spring-aop", "org.springframework"},
    {"spring-aspects", "org.springframework"},
    {"spring-beans", "org.springframework"},
    {"spring-context*", "org.springframework"},
    {"spring-core*", "org.springframework"},
    {"spring-expression", "org.springframework"},
    {"spring-instrument", "org.springframework"},
    {"spring-jcl", "org.springframework"},
    {"spring-jdbc", "org.springframework"},
    {"spring-jms", "org.springframework"},
    {"spring-messaging", "org.springframework"},
    {"spring-orm", "org.springframework"},
    {"spring-oxm", "org.springframework"},
    {"spring-r2dbc", "org.springframework"},
    {"spring-test", "org.springframework"},
    {"spring-tx", "org.springframework"},
    {"spring-web", "org.springframework"},
    {"spring-webflux", "org.springframework"},
    {"spring-webmvc*", "org.springframework"},
    {"spring-websocket", "org.springframework"},
    {"sqlite-jdbc", "org.xerial"},
    {"struts", "struts"},
    {"struts2-*", "org.apache.struts"},
    {"thymeleaf", "org.thymeleaf"},
    {"tomcat-embed-*", "org.apache.tomcat.embed"},
    {"tomcat-*", "org.apache.tomcat"},
    {"undertow-*", "io.undertow"},
    {"velocity", "org.apache.velocity"},
    {"velocity-engine-core", "org.apache.velocity"},
    {"xalan", "xalan"},
    {"xercesImpl", "xerces"},
    {"xml-apis", "xml-apis"},
    {"xmlbeans", "org.apache.xmlbeans"},
    {"xstream", "com.thoughtworks.xstream"},
    {"zookeeper", "org.apache.zookeeper"},
    {"zstd-jni", "com.github.luben"},
};

int major_of(std::string_view version) {
  int major = 0;
  std::from_chars(version.data(), version.data() + version.size(), major);
  return major;
}

bool fits(std::string_view pattern, std::string_view artifact) {
  if (!pattern.ends_with('*')) return pattern == artifact;
  return artifact.starts_with(pattern.substr(0, pattern.size() - 1));
}

}  // namespace

KnownArtifact find_artifact(std::string_view artifact, std::string_view version) {
  for (const Row& row : kRows) {
    if (!fits(row.artifact, artifact) || major_of(version) < row.from_major) continue;
    return {row.group, row.renamed.empty() ? artifact : row.renamed};
  }
  return {{}, artifact};
}

}  // namespace bulkhead::catalog::java
