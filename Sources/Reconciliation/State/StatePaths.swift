import Cryptography

/// Where the records of one environment lie on the state branch.
struct StatePaths: Sendable {
    /// `state/prod`
    let folder: String

    init(environment: String) {
        folder = "state/\(environment)"
    }

    var page: String { "\(folder)/STATUS.md" }
    var environmentLock: String { "\(folder)/environment.lock.yaml" }

    func status(of tenant: String) -> String { "\(stem(of: tenant)).status.yaml" }
    func lock(of tenant: String) -> String { "\(stem(of: tenant)).lock.yaml" }

    /// - Parameter bucket: Two hexadecimal digits.
    func people(of tenant: String, bucket: String) -> String { "\(stem(of: tenant)).people-\(bucket).yaml" }

    /// `state/prod/3f/acme`: two digits of the name's hash, which keep each folder, and so each tree of Git, small.
    private func stem(of tenant: String) -> String {
        "\(folder)/\(SHA256.hex(of: tenant).prefix(2))/\(tenant)"
    }

    enum File: Equatable {
        case page, environmentLock
        case status(tenant: String)
        case lock(tenant: String)
        case people(tenant: String, bucket: String)
    }

    /// What the path is the place of; nil for files that are not ours.
    func file(at path: String) -> File? {
        if path == page { return .page }
        if path == environmentLock { return .environmentLock }
        guard path.utf8.starts(with: "\(folder)/".utf8), path.hasSuffix(".yaml") else { return nil }
        let name = path.split(separator: "/").last.map(String.init) ?? ""
        // A tenant's name is a DNS label: the first dot ends it.
        let parts = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !parts[0].isEmpty else { return nil }
        let file: File
        switch parts[1] {
        case "status": file = .status(tenant: parts[0])
        case "lock": file = .lock(tenant: parts[0])
        case _ where parts[1].hasPrefix("people-"):
            file = .people(tenant: parts[0], bucket: String(parts[1].dropFirst("people-".count)))
        default: return nil
        }
        return self.path(of: file) == path ? file : nil
    }

    func path(of file: File) -> String {
        switch file {
        case .page: page
        case .environmentLock: environmentLock
        case .status(let tenant): status(of: tenant)
        case .lock(let tenant): lock(of: tenant)
        case .people(let tenant, let bucket): people(of: tenant, bucket: bucket)
        }
    }
}

/// How the people of one tenant are spread over files: by the first digits of their hash, into as few files as hold
/// some hundred people each, so that a change of one person rewrites little.
enum PeopleBuckets {
    /// What a file holds on average at most; a thousand is never reached by chance.
    private static let aim = 500

    /// The bucket of each hash, for that many people: `00` for few, `00` and `80` for more, up to 256 of them.
    static func name(of hash: String, count: Int) -> String {
        var width = 8
        while width > 0, count > aim << (8 - width) { width -= 1 }
        let first = UInt8(hash.prefix(2), radix: 16) ?? 0
        let bucket = width == 8 ? 0 : (first >> UInt8(width)) << UInt8(width)
        let digits = String(bucket, radix: 16)
        return digits.count == 1 ? "0\(digits)" : digits
    }
}
