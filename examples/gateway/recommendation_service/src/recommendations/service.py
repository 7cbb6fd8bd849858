"""The service of the contract."""

import grpc

from recommendations import ml_model
from recommendations.gen import recommendations_pb2_grpc
from recommendations.gen.recommendations_pb2 import RecommendationResponse


class RecommendationService(recommendations_pb2_grpc.RecommenderServicer):
    """Asks the model."""

    def GetRecommendations(self, request, context):  # noqa: N802, the contract's name
        if request.max_results < 0:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, "max_results must be 0 or more")
        if request.max_results > ml_model.MOST:
            context.abort(grpc.StatusCode.RESOURCE_EXHAUSTED, f"at most {ml_model.MOST} are given")
        return RecommendationResponse(product_ids=ml_model.recommend(request.user_id, request.max_results))
