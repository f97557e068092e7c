extension PullRequest {
    /// What of the place was said; the rest is what a CI system tells its jobs.
    package struct Wish: Sendable {
        package var forge: Forge?
        package var api: String?
        package var project: String?
        package var number: Int?

        package init() {}
    }

    package init(_ wish: Wish, _ surroundings: Surroundings) throws(Problem) {
        guard let forge = wish.forge ?? Forge(surroundings) else {
            throw Problem(
                .usage, "which forge? --forge is one of \(Forge.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let names = forge.variables
        guard var api = wish.api ?? surroundings[names.api] ?? (forge == .github ? "https://api.github.com" : nil)
        else {
            throw Problem(.usage, "where is its API? --api, or \(names.api) in the environment")
        }
        while api.hasSuffix("/") { api.removeLast() }
        guard let project = wish.project ?? surroundings[names.project] else {
            throw Problem(.usage, "which repository? --project, or \(names.project) in the environment")
        }
        guard let number = wish.number ?? Self.number(surroundings[names.number]), number > 0 else {
            throw Problem(.usage, "which pull request? --number, or \(names.number) in the environment")
        }
        self.init(forge: forge, api: api, project: project, number: number)
    }

    /// `17`, or the number in `refs/pull/17/merge`.
    private static func number(_ text: String?) -> Int? {
        guard let text else { return nil }
        if let number = Int(text) { return number }
        let parts = text.split(separator: "/")
        return parts.count == 4 && parts[0] == "refs" && parts[1] == "pull" ? Int(parts[2]) : nil
    }
}

extension Forge {
    /// The one whose job this is.
    fileprivate init?(_ surroundings: Surroundings) {
        if surroundings["CI_API_V4_URL"] != nil {
            self = .gitlab
        } else if surroundings["GITEA_ACTIONS"] != nil || surroundings["FORGEJO_ACTIONS"] != nil {
            self = .gitea
        } else if surroundings["GITHUB_ACTIONS"] != nil {
            self = .github
        } else {
            return nil
        }
    }

    /// What jobs are told in.
    fileprivate var variables: (api: String, project: String, number: String) {
        switch self {
        case .gitlab: ("CI_API_V4_URL", "CI_PROJECT_ID", "CI_MERGE_REQUEST_IID")
        case .github, .gitea: ("GITHUB_API_URL", "GITHUB_REPOSITORY", "GITHUB_REF")
        }
    }
}

extension Surroundings {
    /// A file that the user named, as text.
    package func text(of path: String) throws(Problem) -> String {
        guard let bytes = PlainFile.read(absolute(path)) else { throw Problem(.invalid, "cannot read \(path)") }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Problem(.invalid, "\(path) is not UTF-8 text")
        }
        return text
    }
}
