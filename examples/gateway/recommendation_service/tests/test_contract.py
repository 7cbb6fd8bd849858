"""Holds the service and its generated code to the contract: python3 -m unittest discover -s tests, with the package
installed or `src` on the path."""

import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

import grpc

from recommendations import ml_model
from recommendations.gen import recommendations_pb2_grpc
from recommendations.gen.recommendations_pb2 import RecommendationRequest, RecommendationResponse
from recommendations.main import serve

# The contract on the wire, by hand from recommendations.proto: what the other side holds its own code to as well.
REQUEST = b"\x0a\x06user_3\x10\x02"
RESPONSE = b"\x0a\x09product_0\x0a\x09product_1"


class Messages(unittest.TestCase):
    def test_messages_are_those_of_the_contract(self):
        request = RecommendationRequest.FromString(REQUEST)
        self.assertEqual((request.user_id, request.max_results), ("user_3", 2))
        response = RecommendationResponse(product_ids=["product_0", "product_1"])
        self.assertEqual(response.SerializeToString(), RESPONSE)


class Service(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server, port = serve("127.0.0.1:0")
        cls.channel = grpc.insecure_channel(f"127.0.0.1:{port}", [("grpc.enable_http_proxy", 0)])
        cls.stub = recommendations_pb2_grpc.RecommenderStub(cls.channel)

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        cls.server.stop(None)

    def test_the_service_answers_as_the_contract_says(self):
        answer = self.channel.unary_unary("/recommendations.Recommender/GetRecommendations")(REQUEST, timeout=10)
        self.assertEqual(answer, RESPONSE)

    def refused(self, max_results):
        with self.assertRaises(grpc.RpcError) as refused:
            self.stub.GetRecommendations(RecommendationRequest(user_id="u", max_results=max_results), timeout=10)
        return refused.exception.code()

    def test_what_is_out_of_range_is_refused_with_its_code(self):
        self.assertEqual(self.refused(-1), grpc.StatusCode.INVALID_ARGUMENT)
        self.assertEqual(self.refused(ml_model.MOST + 1), grpc.StatusCode.RESOURCE_EXHAUSTED)


if __name__ == "__main__":
    unittest.main()
