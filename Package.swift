// swift-tools-version: 6.2
import PackageDescription

/// Settings of every Swift target: imports are internal unless they say otherwise, and a warning is an error.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies, swiftSettings: strict, linkerSettings: [.linkedLibrary("m")])
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport"], exclude: exclude, swiftSettings: strict)
}

func system(_ name: String, pkgConfig: String, package: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
    name: "reconcile",
    products: [
        .executable(name: "reconcile", targets: ["reconcile"]),
        .executable(name: "reconcile-sandbox", targets: ["reconcile-sandbox"]),
    ],
    targets: [
        // The C libraries of the distribution.
        system("CLibYAML", pkgConfig: "yaml-0.1", package: "libyaml-dev"),
        system("CLibGit2", pkgConfig: "libgit2", package: "libgit2-dev"),
        system("CLibCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),
        system("CLibCrypto", pkgConfig: "libcrypto", package: "libssl-dev"),
        system("CLibZstd", pkgConfig: "libzstd", package: "libzstd-dev"),
        system("CMicroHTTPD", pkgConfig: "libmicrohttpd", package: "libmicrohttpd-dev"),
        .systemLibrary(name: "CSpawn"),
        .systemLibrary(name: "CLibResolv"),
        .target(name: "EmbeddedData"),

        // Values: no input or output, no clock, no randomness.
        library("Formats", ["CLibYAML"]),
        library("Expressions", ["Formats"]),
        library("Arguments", []),
        library("Cryptography", ["CLibCrypto"]),
        library("Subprocess", ["CSpawn"]),
        library("KubernetesModel", ["Formats", "EmbeddedData", "CLibZstd"]),
        library("Tenancy", ["Formats", "Expressions", "KubernetesModel", "EmbeddedData", "CLibZstd"]),
        library("Planning", ["Formats", "KubernetesModel", "Tenancy", "Cryptography"]),

        // The world.
        library("HTTP", ["CLibCurl"]),
        library("DNS", ["CLibResolv"]),
        library("Git", ["CLibGit2", "Cryptography", "HTTP", "Subprocess"]),
        library(
            "Kubernetes", ["HTTP", "Formats", "KubernetesModel", "Expressions", "Tenancy", "Planning", "Subprocess"]),
        library("Identity", ["HTTP", "Formats", "Tenancy", "Planning", "Cryptography"]),
        library(
            "Reconciliation",
            [
                "Formats", "Tenancy", "KubernetesModel", "Planning", "HTTP", "DNS", "Git", "Kubernetes", "Identity",
                "Cryptography", "Subprocess",
            ]),
        program("reconcile", ["Reconciliation", "Arguments", "Formats", "Planning"]),

        // The embedded cluster and identity provider.
        library("HTTPServer", ["CMicroHTTPD"]),
        library("Sandbox", ["Formats", "Expressions", "KubernetesModel", "Cryptography", "HTTPServer"]),
        program("reconcile-sandbox", ["Sandbox", "Arguments", "Formats"]),

        // Drives single parts for `make bench`; not installed.
        program("reconcile-bench", ["HTTP", "Formats"]),

        // Tests: one target per target, and what they share.
        .target(
            name: "TestSupport", dependencies: ["Formats", "HTTP"], path: "Tests/TestSupport", swiftSettings: strict),
        // What `make fuzz` tries, and what holds on to its findings.
        .target(
            name: "FuzzTargets", dependencies: ["Formats", "Expressions"], path: "Tests/FuzzTargets",
            swiftSettings: strict),
        tests("FuzzTests", ["FuzzTargets", "Formats"]),
        tests("FormatsTests", ["Formats", "CLibYAML"]),
        tests("ExpressionsTests", ["Expressions", "Formats"]),
        tests("ArgumentsTests", ["Arguments"]),
        tests("CryptographyTests", ["Cryptography"]),
        tests(
            "KubernetesModelTests", ["KubernetesModel", "Formats", "Kubernetes", "HTTP", "HTTPServer", "Sandbox"]),
        tests("TenancyTests", ["Tenancy", "Formats", "KubernetesModel"]),
        tests("PlanningTests", ["Planning", "Tenancy", "Formats", "KubernetesModel", "Cryptography"]),
        tests("HTTPServerTests", ["HTTPServer"]),
        tests("HTTPTests", ["HTTP", "HTTPServer"]),
        tests("DNSTests", ["DNS"]),
        tests("GitTests", ["Git", "HTTP"]),
        tests(
            "KubernetesTests",
            ["Kubernetes", "HTTP", "Formats", "KubernetesModel", "Tenancy", "Planning", "Sandbox", "HTTPServer"]),
        tests("IdentityTests", ["Identity", "HTTP", "Formats", "Tenancy", "Planning"]),
        tests("SandboxTests", ["Sandbox", "HTTPServer", "Formats", "KubernetesModel", "Cryptography"]),
        tests(
            "ReconciliationTests",
            ["Reconciliation", "Formats", "Planning", "Tenancy", "KubernetesModel", "Git", "HTTP", "DNS"]),
        // Runs in the test's own process, on the days that it says, against every identity provider at hand.
        tests(
            "PeopleTests", ["Reconciliation", "Formats", "HTTP", "Identity", "Planning", "Tenancy"]),
        // Runs the built programs as a user does.
        tests(
            "EndToEndTests", ["Formats", "HTTP", "HTTPServer", "Cryptography"],
            exclude: ["kubernetes.py", "keycloak_client.py"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)
