import Formats
import KubernetesModel
import TestSupport
import Testing

@testable import Planning

/// Every situation as people and programs read it, beside the live state that it is made from.
@Suite struct PlanGoldenTests {
    struct Case: CustomTestStringConvertible {
        let group: String
        let situation: Situation

        /// `cluster-creations/everything-there`
        var folder: String {
            let words = situation.id.lowercased().split { !($0.isLetter || $0.isNumber) }
            return "plans/\(group)/\(words.joined(separator: "-"))"
        }
        var testDescription: String { folder }
    }

    static let cases = [
        ("objects-made", ClusterSituationTests.creations), ("secrets", ClusterSituationTests.secrets),
        ("objects-removed", ClusterSituationTests.removals), ("objects-changed", UpdateSituationTests.situations),
        ("groups", RealmSituationTests.groups), ("people", RealmSituationTests.people),
        ("other-fleets", RealmSituationTests.others), ("addresses", AddressSituationTests.situations),
        ("protected-people", ProtectedPeopleTests.situations),
        ("user-profile", ProfileSituationTests.situations), ("deletions", DeletionSituationTests.situations),
        ("taken-over-objects", OwnershipSituationTests.objects),
        ("taken-over-people", OwnershipSituationTests.people), ("namesakes", OwnershipSituationTests.namesakes),
        ("actions", ActionSituationTests.situations),
    ].flatMap { group, situations in situations.map { Case(group: group, situation: $0) } }

    @Test(arguments: cases) func readsAsRecorded(_ testCase: Case) {
        let plan = testCase.situation.plan
        let files = [
            ("live.json", testCase.situation.live.json.prettyText + "\n"), ("plan.txt", plan.text(now: 1_767_232_800)),
            ("plan.json", plan.json.prettyText + "\n"),
        ]
        // Each by itself: recording fails at the first.
        for (name, text) in files {
            #expect(throws: Never.self) { try Golden.check(text, "\(testCase.folder)/\(name)") }
        }
    }

    @Test func areSixtyOrMoreWithANameOfTheirOwn() {
        #expect(Self.cases.count >= 60)
        #expect(Set(Self.cases.map(\.folder)).count == Self.cases.count)
    }
}

extension LiveState {
    fileprivate var json: JSON {
        var state: JSON = [:]
        state["cluster"] = cluster.value.map { cluster in
            [
                "objects": .array(cluster.objects.sorted { $0.key < $1.key }.map(\.value.object)),
                "namespaces": .array(cluster.namespaces.keys.sorted().map { .string($0) }),
                "foreign": .array(cluster.foreign.sorted { $0.key < $1.key }.map(\.value.object)),
            ]
        }
        state["identity"] = identity.value.map { identity in
            [
                "groups": .array(identity.groups.sorted { $0.key < $1.key }.map(\.value.json)),
                "people": .array(identity.people.sorted { $0.key < $1.key }.map(\.value.json)),
                "realmRoles": .array(identity.realmRoles.sorted().map { .string($0) }),
                "keepsMarks": .bool(identity.keepsMarks),
            ]
        }
        return state
    }
}

extension LiveGroup {
    fileprivate var json: JSON {
        [
            "path": .string(path), "owners": .array(owners.sorted().map { .string($0) }),
            "realmRoles": .array(realmRoles.sorted().map { .string($0) }),
            "clientRoles": .array(clientRoles.sorted().map { .string($0) }),
        ]
    }
}

extension LivePerson {
    fileprivate var json: JSON {
        [
            "id": .string(id), "username": .string(username), "email": email.map { .string($0) } ?? .null,
            "givenName": givenName.map { .string($0) } ?? .null, "familyName": familyName.map { .string($0) } ?? .null,
            "enabled": .bool(isEnabled), "federated": .bool(isFederated),
            "groups": .array(groups.sorted().map { .string($0) }),
            "attributes": .object(
                JSONObject(
                    attributes.sorted { $0.key < $1.key }.map { key, values in
                        JSONObject.Member(key: key, value: .array(values.map { .string($0) }))
                    })),
        ]
    }
}
