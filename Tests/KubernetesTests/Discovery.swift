import Formats
import HTTP
import TestSupport

/// Aggregated discovery as a real API server answered it.
enum Discovery {
    private static let answers: [String: JSON] = {
        guard let bytes = try? Fixture.bytes("kubernetes/transcripts/discovery.json"),
            let steps = (try? JSON.parse(bytes))?["steps"]?.array
        else { return [:] }
        return steps.reduce(into: [:]) { answers, step in
            guard step[path: "response", "body", "kind"]?.string == "APIGroupDiscoveryList",
                let path = step[path: "request", "path"]?.string
            else { return }
            answers[path] = step[path: "response", "body"]
        }
    }()

    static let rule: FakeAPI.Rule = { request in
        answers[FakeAPI.path(request)].map { .success(FakeAPI.json($0)) }
    }
}
