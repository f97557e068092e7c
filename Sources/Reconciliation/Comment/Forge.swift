import Formats
import HTTP

/// The programs that host repositories and take comments on pull requests.
package enum Forge: String, Sendable, CaseIterable {
    case github, gitlab
    /// Forgejo too, which speaks the same.
    case gitea
}

/// A pull request, where its forge has it.
package struct PullRequest: Sendable, Hashable {
    package let forge: Forge
    /// Of the API, without a final slash: `https://api.github.com`, `https://gitlab.example/api/v4`, `https://git.example/api/v1`.
    package let api: String
    /// `owner/name`; with GitLab a path or a number.
    package let project: String
    package let number: Int

    package init(forge: Forge, api: String, project: String, number: Int) {
        self.forge = forge
        self.api = api
        self.project = project
        self.number = number
    }
}

/// One request of the API: what is sent, but for the credential.
struct ForgeRequest: Sendable {
    let method: HTTPRequest.Method
    let url: String
    var body: JSON?

    init(_ method: HTTPRequest.Method, _ url: String, _ body: JSON? = nil) {
        self.method = method
        self.url = url
        self.body = body
    }
}

/// A comment as the forge answers it.
struct ForgeComment: Sendable, Hashable {
    let id: Int64
    let author: String
    let body: String
    /// Where people see it.
    let page: String?
}

extension PullRequest {
    /// Comments of one answer.
    static let pageSize = 100

    /// Who the credential is.
    var ownUser: ForgeRequest { ForgeRequest(.get, "\(api)/user") }

    /// The same for a token of an app, which GitHub does not let ask for its user: the login alone.
    var ownLogin: ForgeRequest? {
        guard forge == .github else { return nil }
        let suffix = "/api/v3"
        let address = api.hasSuffix(suffix) ? "\(api.dropLast(suffix.utf8.count))/api/graphql" : "\(api)/graphql"
        return ForgeRequest(.post, address, ["query": "query { viewer { login } }"])
    }

    /// The comments from that page on, oldest first. Gitea gives all of them at once.
    func comments(page: Int) -> ForgeRequest {
        switch forge {
        case .github: ForgeRequest(.get, "\(collection)?per_page=\(Self.pageSize)&page=\(page)")
        case .gitlab:
            ForgeRequest(.get, "\(collection)?sort=asc&order_by=created_at&per_page=\(Self.pageSize)&page=\(page)")
        case .gitea: ForgeRequest(.get, collection)
        }
    }

    func creation(_ text: String) -> ForgeRequest { ForgeRequest(.post, collection, ["body": .string(text)]) }

    /// - Parameter id: as the forge numbers it, or what stands for it.
    func update(_ id: String, _ text: String) -> ForgeRequest {
        switch forge {
        case .github, .gitea:
            ForgeRequest(.patch, "\(api)/repos/\(path)/issues/comments/\(id)", ["body": .string(text)])
        case .gitlab: ForgeRequest(.put, "\(collection)/\(id)", ["body": .string(text)])
        }
    }

    private var collection: String {
        switch forge {
        case .github, .gitea: "\(api)/repos/\(path)/issues/\(number)/comments"
        case .gitlab: "\(api)/projects/\(path)/merge_requests/\(number)/notes"
        }
    }

    /// The project as a part of an address: GitLab takes a path in one piece.
    private var path: String {
        project.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                String(UnicodeScalar(byte))
            case UInt8(ascii: "/") where forge != .gitlab: "/"
            default: "%\(byte < 16 ? "0" : "")\(String(byte, radix: 16, uppercase: true))"
            }
        }.joined()
    }

    // MARK: Answers

    /// What comments name their author by: GitHub's login, which a token of an app can find out too, elsewhere the number.
    func user(_ answer: JSON) -> String? {
        switch forge {
        case .github: answer["login"]?.string ?? answer[path: "data", "viewer", "login"]?.string
        case .gitlab, .gitea: answer["id"]?.int.map { String($0) }
        }
    }

    func comment(_ answer: JSON) -> ForgeComment? {
        guard let id = answer["id"]?.int, let body = answer["body"]?.string else { return nil }
        let author =
            switch forge {
            case .github: answer[path: "user", "login"]?.string
            case .gitea: answer[path: "user", "id"]?.int.map { String($0) }
            // What GitLab itself writes about a merge request is no comment.
            case .gitlab: answer["system"] == true ? nil : answer[path: "author", "id"]?.int.map { String($0) }
            }
        guard let author else { return nil }
        return ForgeComment(id: id, author: author, body: body, page: answer["html_url"]?.string)
    }
}
